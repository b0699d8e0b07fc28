import type { Clock, Sleeper } from "@slipway/core";
import type { TlsSource } from "./source";

/** What is watched, and by which time. */
export interface WatchedCertificates {
  readonly tls: TlsSource;
  readonly clock: Clock;
  readonly sleeper: Sleeper;
}

/** Who hears of it. */
export interface CertificateListener {
  /** Whole days until the first certificate in use ends; below 0 once it has. */
  days(days: number): void;
  /** They could not be read. @param error Not to be thrown on. */
  trouble(error: unknown): void;
}

const HOUR = 60 * 60 * 1000;
const DAY = 24 * HOUR;

/** Tells at once and every hour how long the certificates in use are good, those that have come since included. */
export async function watchCertificates(
  { tls, clock, sleeper }: WatchedCertificates,
  listener: CertificateListener,
  signal: AbortSignal,
): Promise<void> {
  while (!signal.aborted) {
    try {
      const { validUntil } = await tls.current();
      listener.days(Math.floor((validUntil.getTime() - clock.now().getTime()) / DAY));
    } catch (error) {
      listener.trouble(error);
    }
    await sleeper.sleep(HOUR, signal);
  }
}
