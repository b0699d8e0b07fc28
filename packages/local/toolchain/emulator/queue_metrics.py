"""What SQS tells CloudWatch of each queue, and alarms on it.

The emulator keeps no metrics of its queues, and its alarms look at a metric under whatever dimensions it has: an alarm on
dead letters would stay silent, or go off for the letters of another queue. SQS publishes every minute; here it is every
few seconds, since people wait for it.

Sources: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-available-cloudwatch-metrics.html,
https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/AlarmThatSendsEmail.html.
"""

import operator
import threading
import time

from ministack.core.responses import _request_account_id, _request_region
from ministack.services import cloudwatch, sqs

SECONDS = 3
BREACHES = {
    "GreaterThanOrEqualToThreshold": operator.ge,
    "GreaterThanThreshold": operator.gt,
    "LessThanOrEqualToThreshold": operator.le,
    "LessThanThreshold": operator.lt,
}


def name_of(queue):
    return queue["attributes"]["QueueArn"].rpartition(":")[2]


def publish_queue(queue):
    now = time.time()
    visible = [message for message in list(queue["messages"]) if message["visible_at"] <= now]
    oldest = min((message["sent_at"] for message in visible), default=now)
    values = {
        "ApproximateNumberOfMessagesVisible": (len(visible), "Count"),
        "ApproximateAgeOfOldestMessage": (now - oldest, "Seconds"),
    }
    for metric, (value, unit) in values.items():
        cloudwatch.record_metric("AWS/SQS", metric, value, unit, {"QueueName": name_of(queue)})


def points_of(alarm):
    wanted = {each["Name"]: each["Value"] for each in alarm.get("Dimensions") or []}
    since = time.time() - alarm.get("Period", 60) * alarm.get("EvaluationPeriods", 1)
    for (namespace, metric, _), points in cloudwatch._metrics.items():
        if (namespace, metric) != (alarm["Namespace"], alarm["MetricName"]):
            continue
        yield from (p for p in list(points) if p["Timestamp"] >= since and (p.get("Dimensions") or {}) == wanted)


def evaluate_own_metric(alarm):
    breaches = BREACHES.get(alarm.get("ComparisonOperator"))
    if breaches is None or not alarm.get("MetricName"):
        return
    points = list(points_of(alarm))
    if points:
        statistic = alarm.get("ExtendedStatistic") or alarm.get("Statistic", "Average")
        value = cloudwatch._stat_value(cloudwatch._calc_stats(points), statistic, points)
        state = "ALARM" if breaches(value, alarm["Threshold"]) else "OK"
        reason = f"{statistic} {value} of {alarm['MetricName']} against the threshold of {alarm['Threshold']}"
        move_to(alarm, state, reason)


def move_to(alarm, state, reason):
    before = alarm["StateValue"]
    if before == state:
        return
    alarm.update(StateValue=state, StateReason=reason, StateUpdatedTimestamp=int(time.time()))
    cloudwatch._record_history(alarm["AlarmName"], before, state, reason)
    cloudwatch._dispatch_alarm_actions(alarm, before, state, reason)
    cloudwatch._evaluate_parent_alarms(alarm)


def publish_all():
    scopes = {}
    for (account, region, _), queue in list(sqs._queues._data.items()):
        scopes.setdefault((account, region), []).append(queue)
    for (account, region), queues in scopes.items():
        tokens = _request_account_id.set(account), _request_region.set(region)
        try:
            for queue in queues:
                publish_queue(queue)
            cloudwatch._evaluate_all_alarms()
        finally:
            _request_account_id.reset(tokens[0])
            _request_region.reset(tokens[1])


def publish_for_ever():
    while True:
        time.sleep(SECONDS)
        try:
            publish_all()
        except Exception as error:  # Whatever it is, the next round looks again.
            print(f"queue metrics: {error!r}", flush=True)


def start():
    cloudwatch._evaluate_alarm = evaluate_own_metric
    threading.Thread(target=publish_for_ever, daemon=True, name="queue-metrics").start()
