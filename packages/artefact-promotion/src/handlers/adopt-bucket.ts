import type { AdoptionAnswer, AdoptionRequest } from "../contract";
import type { AdoptedBucket } from "../core/adoption";

/** What the handler works with. */
export interface AdoptBucketDependencies {
  open(name: string, owner: string): AdoptedBucket;
}

/**
 * Creates the handler that adds a source's notification and readers to a bucket that is there already, and takes exactly
 * those away again when the source is destroyed. S3 has one document for all notifications of a bucket and one for its
 * whole policy, so a resource that owns either would drop what other people have put there.
 */
export const createAdoptBucket =
  ({ open }: AdoptBucketDependencies) =>
  async (request: AdoptionRequest): Promise<AdoptionAnswer> => {
    const { bucket, owner, notification, statements, tf } = request;
    const wanted = tf?.action !== "delete";
    const outdated = [...statements, ...(tf?.prev_input?.statements ?? [])].map(({ Sid }) => Sid);
    const adopted = open(bucket, owner);
    return {
      kept: {
        statements: await adopted.setStatements(outdated, wanted ? statements : []),
        notifications: await adopted.setNotification(notification.id, wanted ? notification : undefined),
      },
    };
  };
