export { StaticSite, type StaticSiteArgs, type StaticSiteCacheRule } from "./static-site";
export {
  StaticSitePipeline,
  type SiteQueueOutput,
  type StaticSitePipelineArgs,
  type StaticSitePipelineOutput,
} from "./static-site-pipeline";
