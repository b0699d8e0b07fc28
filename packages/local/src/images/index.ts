export { LocalImageError } from "./errors";
export {
  COMMAND_ANNOTATION,
  ENVIRONMENT_ANNOTATION,
  type LocalImage,
  parseManifest,
  REVISION_ANNOTATION,
  writeManifest,
} from "./manifest";
export { type PublishedImage, publishLocalImage, type PublishLocalImageOptions } from "./publish-local-image";
export { type FoundImage, type ImageIdentifier, readLocalImage } from "./read-local-image";
export { pushLocalImage, type PushLocalImageOptions } from "./push-local-image";
