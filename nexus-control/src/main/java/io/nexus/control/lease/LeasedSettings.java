package io.nexus.control.lease;

import io.nexus.control.ledger.LedgerException;
import io.nexus.control.ledger.LedgerException.Kind;
import io.nexus.control.ledger.SettingEdit;
import io.nexus.control.ledger.SettingOutcome;
import io.nexus.control.settings.Settings;
import java.io.IOException;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * The settings of a ledger. The ledger thread stores this gateway's changes and reads those of
 * others, in turn with its other calls.
 */
final class LeasedSettings extends Settings {

  /** A change must reach all gateways within a second, even if calls are slow. */
  private static final long BUSY_NANOS = 250_000_000;

  /** The interval while no request runs: each look is a statement. */
  private static final long IDLE_NANOS = 500_000_000;

  /** The interval where no other gateway changes them: a look shows that the ledger answers. */
  private static final long ALONE_NANOS = 5_000_000_000L;

  private static final long PATIENCE_NANOS = 15_000_000_000L;

  private final Queue<Ask> asks = new ConcurrentLinkedQueue<>();
  private final Runnable wake;

  /**
   * Settings that are not known yet.
   *
   * @param wake has the ledger thread begin a round
   */
  LeasedSettings(Runnable wake) {
    this.wake = wake;
  }

  /** A change to store, and the caller waiting for it. */
  private record Ask(SettingEdit edit, CompletableFuture<SettingOutcome> answer) {

    void fail(LedgerException e) {
      answer.completeExceptionally(e);
    }
  }

  @Override
  public boolean areLasting() {
    return true;
  }

  @Override
  public SettingOutcome change(SettingEdit edit) throws LedgerException {
    var ask = new Ask(edit, new CompletableFuture<>());
    asks.add(ask);
    wake.run();
    try {
      return ask.answer.get(PATIENCE_NANOS, TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      ask.answer.cancel(false);
      throw unknown("the ledger does not answer in time", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw unknown("the gateway stops", e);
    } catch (ExecutionException e) {
      throw e.getCause() instanceof LedgerException known ? known : unknown("it failed", e);
    }
  }

  private static LedgerException unknown(String why, Exception cause) {
    return new LedgerException(
        Kind.UNREACHABLE,
        "ledger: store a change: " + why + ": check whether it was stored, and try again if not",
        cause);
  }

  /** Whether changes are queued. */
  boolean areAsked() {
    return !asks.isEmpty();
  }

  /** Stores the queued changes and returns whether there were any; for the ledger thread. */
  boolean keep(LedgerSession session) throws LedgerException, IOException {
    boolean kept = false;
    for (var ask = asks.poll(); ask != null; ask = asks.poll()) {
      if (ask.answer.isDone()) {
        continue;
      }
      try {
        var edit = ask.edit;
        var outcome = session.call((ledger, _) -> ledger.change(edit));
        kept |= look(session);
        ask.answer.complete(outcome);
      } catch (LedgerException | IOException e) {
        ask.fail(unknown(String.valueOf(e.getMessage()), e));
        throw e;
      }
    }
    return kept;
  }

  /** Reads changes and returns whether there were any; for the ledger thread. */
  boolean look(LedgerSession session) throws LedgerException, IOException {
    long known = version();
    learn(session.call((ledger, _) -> ledger.settingsSince(known)));
    return version() != known;
  }

  /** The time from one look to the next. */
  long intervalNanos(LedgerSession session, boolean idle) {
    return !session.isShared() ? ALONE_NANOS : idle ? IDLE_NANOS : BUSY_NANOS;
  }

  /** The ledger is unreachable: all waiting callers get an error that says so. */
  void giveUp(String why) {
    for (var ask = asks.poll(); ask != null; ask = asks.poll()) {
      ask.fail(
          new LedgerException(
              Kind.UNREACHABLE, "ledger: nothing was changed, since it is away: " + why));
    }
  }
}
