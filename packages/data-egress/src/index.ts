export { DataEgress, type DataEgressArgs, type DataEgressOutput } from "./data-egress";
export { type DataEgressRow } from "./row-args";
export { StubReceiver, type StubReceiverArgs } from "./stub-receiver";
