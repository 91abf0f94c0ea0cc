package io.nexus.control.lease;

import io.nexus.control.ledger.SpendRecord;
import io.nexus.control.money.Money;
import java.time.Duration;
import java.util.List;

/** Is told what happens between a gateway and its ledger; implementations return at once. */
public interface LeaseListener {

  /** The ledger has answered a draw. */
  void drew(Duration took);

  /**
   * The ledger has these records. The journal forgets them when this returns; a process that dies
   * before is followed by one that tells of them again.
   */
  default void posted(List<SpendRecord> records) {}

  /** A call has failed. */
  void failed();

  /**
   * A request was admitted while the ledger was away.
   *
   * @param uncovered how much of what it holds no grant covers
   */
  void unsecured(Money uncovered);

  /** Another process has taken this node's name: nothing that costs is admitted ever again. */
  void fenced();

  /** Listens to nothing. */
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
