package io.nexus.control.lease;

import io.nexus.control.ledger.SpendRecord;
import io.nexus.control.money.Money;
import java.time.Duration;
import java.util.List;

/** Receives the events between a gateway and its ledger; implementations return at once. */
public interface LeaseListener {

  /** The ledger has answered a draw. */
  void drew(Duration took);

  /**
   * The ledger has these records. The journal drops them when this returns; if the process dies
   * before, the next one reports them again.
   */
  default void posted(List<SpendRecord> records) {}

  /** A call has failed. */
  void failed();

  /**
   * A request was admitted while the ledger was away.
   *
   * @param uncovered the part of its hold that no grant covers
   */
  void unsecured(Money uncovered);

  /**
   * Another process has taken this node's name; this process admits nothing more that costs money.
   */
  void fenced();

  /** Ignores all events. */
  LeaseListener NONE =
      new LeaseListener() {
        @Override
        public void drew(Duration took) {}

        @Override
        public void failed() {}

        @Override
        public void unsecured(Money uncovered) {}

        @Override
        public void fenced() {}
      };
}
