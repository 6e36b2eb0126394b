import type Docker from "dockerode";
import { environment } from "../stacks/config";
import { startLocalAws } from "./local-aws";
import type { Phase } from "./phases";
import { prepareBaseImages } from "./prepare/base-images";
import { prepareEngine } from "./prepare/engine";
import { prepareProviders } from "./prepare/providers";
import { prepareTerraform } from "./prepare/terraform";
import type { LocalSettings } from "./settings";
