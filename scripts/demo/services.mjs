import { DescribeTasksCommand, ECSClient, ListClustersCommand, ListTasksCommand } from "@aws-sdk/client-ecs";

/**
 * Asks every running task of some services of an environment who it is, over HTTP, at the address that ECS reports for it.
 *
 * @returns service name to the versions that answered, e.g. `{ api: ["v1"] }`.
 */
export async function askServices({ account, region, services }) {
  const ecs = new ECSClient({ region, credentials: { accessKeyId: account, secretAccessKey: "local" } });
  const { clusterArns = [] } = await ecs.send(new ListClustersCommand({}));
  const answers = {};
  for (const cluster of clusterArns) {
    const { taskArns = [] } = await ecs.send(new ListTasksCommand({ cluster, desiredStatus: "RUNNING" }));
    if (taskArns.length === 0) continue;
    const { tasks = [] } = await ecs.send(new DescribeTasksCommand({ cluster, tasks: taskArns }));
    const isAsked = ({ containers = [] }) => containers.some(({ name }) => services.includes(name));
    for (const task of tasks.filter((each) => each.lastStatus === "RUNNING" && isAsked(each))) {
      const { service, version } = await (await fetch(`http://${addressOf(task)}:8080/`)).json();
      (answers[service] ??= []).push(version);
    }
  }
  ecs.destroy();
  return answers;
}

function addressOf({ attachments = [] }) {
  const details = attachments.flatMap((attachment) => attachment.details ?? []);
  return details.find(({ name }) => name === "privateIPv4Address")?.value;
}
