import { options } from "./options.mjs";

export default options("operations", ["commands/**"]);
