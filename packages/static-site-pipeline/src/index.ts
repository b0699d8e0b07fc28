export { StaticSitePipeline, type StaticSitePipelineArgs, type StaticSitePipelineOutput } from "./static-site-pipeline";
