package io.nexus.control.hold;

import io.nexus.control.budget.BudgetHold;
import io.nexus.control.limit.LimitCount;
import io.nexus.control.limit.LimitExcess;
import io.nexus.control.limit.LimitState;
import io.nexus.control.limit.Unit;
import io.nexus.control.money.Money;
import java.util.List;
import java.util.Optional;

/**
 * One attempt's hold on its limits: one request, the tokens that it can use, and one parallel
 * request. Taken on all of them or on none.
 *
 * <p>It ends with the attempt. The request counts if a backend has answered it, tokens count as
 * used, and the parallel request is released.
 *
 * <p>For one thread at a time, except that any thread may end it.
 */
final class LimitHold {

  /** The hold of a request without limits. */
  static final LimitHold NONE = new LimitHold(List.of());

  private record Part(LimitCount count, BudgetHold hold) {}

  /** The result of taking it. */
  sealed interface Taken {

    /** It is held. */
    record Held() implements Taken {}

    /** A limit refuses it. */
    record Excess(LimitExcess excess) implements Taken {}

    /** The ledger, which shares the limits, is unreachable, and {@code on_error = "closed"}. */
    record Away() implements Taken {}
  }

  private static final Taken HELD = new Taken.Held();

  private final List<Part> parts;
  private volatile boolean answered;

  private LimitHold(List<Part> parts) {
    this.parts = parts;
  }

  static LimitHold of(List<LimitCount> counts) {
    if (counts.isEmpty()) {
      return NONE;
    }
    return new LimitHold(
        counts.stream().map(count -> new Part(count, count.accounts().hold())).toList());
  }

  /** Whether any of the limits counts tokens. */
  boolean countsTokens() {
    for (var part : parts) {
      if (part.count.unit() == Unit.TOKENS) {
        return true;
      }
    }
    return false;
  }

  /**
   * The tokens that the tightest limit has left; {@link Long#MAX_VALUE} if no limit counts tokens.
   */
  long tokensLeft(long nowMillis) {
    long least = Long.MAX_VALUE;
    for (var part : parts) {
      if (part.count.unit() == Unit.TOKENS) {
        least = Math.min(least, part.count.available(nowMillis));
      }
    }
    return least;
  }

  /**
   * Takes it on all limits.
   *
   * @param tokens the tokens to hold
   */
  Taken take(Funds funds, long tokens, long nowMillis) {
    for (int i = 0; i < parts.size(); i++) {
      var taken = take(funds, parts.get(i), tokens, nowMillis);
      if (!(taken instanceof Taken.Held)) {
        for (int held = 0; held < i; held++) {
          parts.get(held).hold.close();
        }
        return taken;
      }
    }
    return HELD;
  }

  private static Taken take(Funds funds, Part part, long tokens, long nowMillis) {
    long amount = amount(part, tokens);
    for (boolean asked = false; ; ) {
      switch (admitted(funds, part, amount)) {
        case Admission.Held _ -> {
          return HELD;
        }
        case Admission.Unavailable _ -> {
          return new Taken.Away();
        }
        case Admission.Refused _ -> {}
      }
      // Other requests change what is left; if it fits now, try again.
      var excess = part.count.excess(amount, nowMillis);
      if (excess.isPresent()) {
        if (asked || !part.count.shared() || !funds.refresh(part.count.accounts())) {
          return new Taken.Excess(excess.get());
        }
        asked = true;
      }
    }
  }

  private static Admission admitted(Funds funds, Part part, long amount) {
    if (part.count.shared()) {
      return funds.admit(part.hold, new Money(amount));
    }
    return part.hold.take(new Money(amount), funds.clock().millis())
        ? new Admission.Held(true)
        : new Admission.Refused();
  }

  private static long amount(Part part, long tokens) {
    return part.count.unit() == Unit.TOKENS ? tokens : 1;
  }

  /** The limit that would refuse it now; empty if none would. */
  Optional<LimitExcess> excess(long tokens, long nowMillis) {
    return parts.stream()
        .flatMap(part -> part.count.excess(amount(part, tokens), nowMillis).stream())
        .findFirst();
  }

  /** Holds more tokens on all limits that count them or on none. */
  boolean extend(Funds funds, long more) {
    for (int i = 0; i < parts.size(); i++) {
      if (parts.get(i).count.unit() == Unit.TOKENS && !isExtended(funds, parts.get(i), more)) {
        reduce(more, i);
        return false;
      }
    }
    return true;
  }

  /** Gives back tokens, as after an extension for which there is no money. */
  void reduce(long less) {
    reduce(less, parts.size());
  }

  private void reduce(long less, int first) {
    for (var part : parts.subList(0, first)) {
      if (part.count.unit() == Unit.TOKENS) {
        part.hold.reduce(new Money(less));
      }
    }
  }

  private static boolean isExtended(Funds funds, Part part, long more) {
    return part.count.shared()
        ? funds.extend(part.hold, new Money(more)) instanceof Admission.Held
        : part.hold.extend(new Money(more), funds.clock().millis());
  }

  /** Waits until the ledger has granted what an extension lacks, or refused it; takes nothing. */
  void draw(Funds funds, long more, long patienceNanos) {
    for (var part : parts) {
      if (part.count.unit() == Unit.TOKENS && part.count.shared()) {
        funds.draw(part.hold, new Money(more), patienceNanos);
      }
    }
  }

  /** A backend has answered the request, even if with a refusal: the request counts. */
  void answered() {
    answered = true;
  }

  /** Ends it with the tokens that the attempt has used. */
  void settle(long tokens) {
    for (var part : parts) {
      switch (part.count.unit()) {
        case REQUESTS -> part.hold.settle(new Money(1));
        case TOKENS -> part.hold.settle(new Money(tokens));
        case PARALLEL -> part.hold.close();
      }
    }
  }

  /** Ends it without tokens; the request itself counts if it was answered. */
  void close() {
    for (var part : parts) {
      if (answered && part.count.unit() == Unit.REQUESTS) {
        part.hold.settle(new Money(1));
      } else {
        part.hold.close();
      }
    }
  }

  /** The state of the limits; for each unit the tightest. */
  List<LimitState> states(long nowMillis) {
    // Most requests have none, and a stream costs more than the rest of this method.
    return parts.isEmpty()
        ? List.of()
        : parts.stream().flatMap(part -> part.count.tightest(nowMillis).stream()).toList();
  }
}
