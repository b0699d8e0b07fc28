/** Names under which SNS says that something does not exist. */
export const ABSENT = ["NotFound", "NotFoundException", "ResourceNotFound"] as const;
