/**
 * What CloudFront runs before it looks for an object: a path that names a folder means the page in it. Files have a dot in
 * their last part. In the language of CloudFront's runtime 2.0.
 */
export const VIEWER_FUNCTION = `function handler(event) {
  const request = event.request;
  const last = request.uri.split("/").pop();
  if (last === "") request.uri += "index.html";
  else if (!last.includes(".")) request.uri += "/index.html";
  return request;
}
`;

/**
 * The same for previews, each of which is a folder: that of its host's first label, `<preview>.preview.<domain>`, or of the
 * path's first part where the distribution's own name is asked for.
 *
 * @param spa Whether a path without a dot in its last part means the preview's own index.html.
 */
export const previewFunction = (spa: boolean): string => `function handler(event) {
  const request = event.request;
  const label = /^([a-z0-9-]+)[.]preview[.]/.exec(request.headers.host.value);
  const uri = label ? "/" + label[1] + request.uri : request.uri;
  const parts = uri.split("/");
  const last = parts[parts.length - 1];
  if (last.includes(".")) request.uri = uri;
  else ${spa ? 'request.uri = "/" + parts[1] + "/index.html"' : 'request.uri = uri + (last === "" ? "index.html" : "/index.html")'};
  return request;
}
`;
