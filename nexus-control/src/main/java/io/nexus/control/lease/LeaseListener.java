package io.nexus.control.lease;

import java.time.Duration;

/** Counts what happens between a gateway and its ledger, on the ledger's thread. */
public interface LeaseListener {

  /** The ledger has answered a draw. */
  void drew(Duration took);

  /** A call has failed. */
  void failed();

  /** Listens to nothing. */
  LeaseListener NONE =
      new LeaseListener() {
        @Override
        public void drew(Duration took) {}

        @Override
        public void failed() {}
      };
}
