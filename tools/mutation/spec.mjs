import { options } from "./options.mjs";

export default options("spec", ["{environments,project}"]);
