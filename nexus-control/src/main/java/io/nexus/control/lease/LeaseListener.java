package io.nexus.control.lease;

import io.nexus.control.spi.LedgerException;
import java.time.Duration;

/** Is told of what happens between a gateway and its ledger, on the ledger's thread. */
public interface LeaseListener {

  /** The ledger has answered a draw. */
  void drew(Duration took);

  /** A call has failed; {@code first} if the one before had not. */
  void failed(LedgerException e, boolean first);

  /** The ledger is back. */
  void recovered();

  /** Listens to nothing. */
  LeaseListener NONE =
      new LeaseListener() {
        @Override
        public void drew(Duration took) {}

        @Override
        public void failed(LedgerException e, boolean first) {}

        @Override
        public void recovered() {}
      };
}
