import { options } from "./options.mjs";

export default options("spec", ["project"]);
