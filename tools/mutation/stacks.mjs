import { options } from "./options.mjs";

export default options("stacks", ["policy/**", "{main,side-by-side}"]);
