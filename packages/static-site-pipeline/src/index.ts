export { StaticSite, type StaticSiteArgs } from "./static-site";
export {
  StaticSitePipeline,
  type SiteQueueOutput,
  type StaticSitePipelineArgs,
  type StaticSitePipelineOutput,
} from "./static-site-pipeline";
