/** Served by ministack and by LocalStack alike. */
const HEALTH_PATH = "/_localstack/health";

const ANSWER_LIMIT_MS = 5_000;

/** Whether an emulator answers at `endpoint`. */
export async function isHealthy(endpoint: string): Promise<boolean> {
  try {
    const response = await fetch(`${endpoint}${HEALTH_PATH}`, { signal: AbortSignal.timeout(ANSWER_LIMIT_MS) });
    await response.arrayBuffer();
    return response.ok;
  } catch (error) {
    // fetch reports a closed port as TypeError, and the time limit as a DOMException.
    if (error instanceof TypeError || error instanceof DOMException) return false;
    throw error;
  }
}
