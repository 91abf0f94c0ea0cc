package io.nexus.server.dialect;

import io.nexus.control.money.Money;

/** An answer that came in one piece. */
public interface WholeAnswer {

  /** What is owed for it. */
  Delivery delivery();

  /** Whether it says that it ended at its greatest length. */
  boolean hitsLimit();

  /** What the client gets, with its cost in it. */
  byte[] withCost(Money cost);
}
