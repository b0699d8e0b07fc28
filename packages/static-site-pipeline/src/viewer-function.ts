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
