export { source } from "./source/program";
export { target } from "./target/program";
