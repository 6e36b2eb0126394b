import path from "node:path";
import { PROJECT_FOLDER } from "../../../../project";
import { Checkout } from "../support/checkout";

/** The copy of the project whose environment is created, used, changed and removed. */
export const checkout = new Checkout(path.join(PROJECT_FOLDER, ".platform", "e2e"));
