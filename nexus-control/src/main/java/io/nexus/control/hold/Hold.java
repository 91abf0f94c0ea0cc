package io.nexus.control.hold;

import io.nexus.control.budget.BudgetHold;
import io.nexus.control.ledger.Outcome;
import io.nexus.control.ledger.Precision;
import io.nexus.control.ledger.SpendRecord;
import io.nexus.control.limit.LimitState;
import io.nexus.control.money.ModelFacts.Thinking;
import io.nexus.control.money.Money;
import io.nexus.control.money.ServiceTier;
import io.nexus.control.money.Usage;
import io.nexus.control.routing.Candidate;
import java.util.List;

/**
 * The money of one attempt: the amount held on every budget that it belongs to, its entry in the
 * journal, and the one record that it leaves.
 *
 * <pre>{@code
 * switch (holds.take(request, now)) {
 *   case Denied(var violation) -> refuse(violation);
 *   case Unavailable _ -> refuse();
 *   case Taken(var hold, _) -> {
 *     try (hold) {
 *       forward(hold.size().maxTokens());
 *       while (running) {
 *         if (!hold.extend(256)) stop();
 *       }
 *       hold.settle(usage, precision, Outcome.COMPLETED);
 *     }
 *   }
 * }
 * }</pre>
 *
 * <h2>The parts</h2>
 *
 * <ul>
 *   <li>A {@code Budget} is a limit that starts anew with every cycle. Its {@code CycleAccount} is
 *       the money of one cycle: settled, held, and the part of the limit that this process may
 *       spend. One compare-and-set on one word decides each hold, so no hold waits for a lock on an
 *       account.
 *   <li>A {@link BudgetHold} holds one amount on all accounts of a request or on none of them. It
 *       knows neither models nor tokens.
 *   <li>{@link HoldSize} computes that amount, and the length of the answer that it pays for.
 *   <li>{@link Funds} supply the money. In memory that is the limit itself. With a ledger, the
 *       gateway draws chunks of the limit and spends them without asking. When a chunk runs out,
 *       taking a hold waits, for a bounded time, until the ledger thread has drawn the next one.
 *   <li>A {@link LimitHold} does the same for the other limits: requests, tokens, and parallel
 *       requests.
 *   <li>The journal survives {@code kill -9}. Before an attempt is sent, the journal notes the most
 *       that it may cost; when it has ended, the actual cost. The ledger thread posts ended
 *       attempts about ten times a second.
 *   <li>{@code Hold} ties these to one attempt and makes sure that they end together.
 * </ul>
 *
 * <h2>Invariants</h2>
 *
 * <ul>
 *   <li>Settled and held money on an account never exceeds the budget's limit.
 *   <li>Everything that may have been sent is in the journal: {@link Holds#take} notes it before it
 *       returns, {@link #extend} before it returns true.
 *   <li>A hold ends once: by {@link #settle} or {@link #settleUnknown} if something is owed, else
 *       by {@link #close}. A close after that changes nothing. So a hold in a try-with-resources
 *       cannot leak, and its close does not take back the charge.
 *   <li>It is charged in the cycle in which it was taken, even if that cycle is over.
 * </ul>
 *
 * <h2>An example</h2>
 *
 * <p>A team has $1.00 a day and asks for a stream of {@code gpt-4o} ($2.50 and $10.00 a million
 * tokens) with a prompt of at most 1,000 tokens and {@code max_tokens = 16000}. Its worst case is
 * $0.1625. The model's answers seldom exceed 400 tokens, so the size is 400 covered and 16,000
 * allowed tokens, $0.0065.
 *
 * <ol>
 *   <li>The team's account and the global one each move $0.0065 from free to held. The journal
 *       notes the attempt at $0.0065.
 *   <li>The request goes out with {@code max_tokens = 16000}.
 *   <li>After 330 tokens the stream nears what is covered. {@code extend(256)} moves $0.00256 more
 *       on both accounts and notes the attempt at $0.00906.
 *   <li>The stream ends and the provider reports 950 tokens in and 420 out: $0.006575. The journal
 *       notes that, both accounts move it to settled, and $0.002485 is free again. Requests that
 *       wait for money are woken.
 *   <li>Within a tenth of a second the ledger thread posts the record, and the journal drops it.
 * </ol>
 *
 * <p>If the process dies after the third step, its next start finds an attempt that began and did
 * not end, and charges $0.00906 with the outcome {@code LOST}.
 *
 * <p>Created by {@link Holds}. One thread at a time may extend it; any thread may close it.
 */
public final class Hold implements AutoCloseable {

  private final Holds holds;
  private final HoldRequest request;
  private final HoldSize size;
  private final BudgetHold money;
  private final LimitHold limits;
  private long coveredTokens;
  private boolean ended;

  Hold(Holds holds, HoldRequest request, HoldSize size, BudgetHold money, LimitHold limits) {
    this.holds = holds;
    this.request = request;
    this.size = size;
    this.money = money;
    this.limits = limits;
    this.coveredTokens = size.coveredTokens();
  }

  /** The request that it was taken for. */
  public HoldRequest request() {
    return request;
  }

  /** The candidate that serves the attempt. */
  public Candidate candidate() {
    return request.candidate();
  }

  /** The size with which it was taken. */
  public HoldSize size() {
    return size;
  }

  /** What is held on each budget; zero once it has ended. */
  public Money held() {
    return money.held();
  }

  /** The output tokens, over all choices, that the hold now covers. */
  public synchronized long coveredTokens() {
    return coveredTokens;
  }

  /**
   * Extends the hold to cover more output from granted money, on every budget or on none. Does not
   * wait for the ledger.
   *
   * @param moreTokens additional output tokens, over all choices
   * @return whether they are held and noted; if not, the answer must not exceed the covered tokens
   */
  public synchronized boolean extend(long moreTokens) {
    if (ended || !holds.extend(this, moreTokens, costOf(moreTokens))) {
      return false;
    }
    coveredTokens += moreTokens;
    return true;
  }

  /**
   * Creates the extender that keeps this hold ahead of a stream.
   *
   * @param sentNanos when the request is sent, by {@link System#nanoTime}
   */
  public HoldExtender extender(long sentNanos) {
    var needs = request.needs();
    boolean neverHides =
        candidate().offer().facts().thinking() == Thinking.NEVER && !needs.bound().thinking();
    var made = new MadeOutput(holds.pace(request), needs.choices(), sentNanos, neverHides);
    return new HoldExtender(new Growing(), made, sentNanos);
  }

  /**
   * Records an answer whose usage the provider reported, to improve the estimates for the next
   * ones.
   *
   * @param shownTokens the output tokens counted in the visible answer
   * @param billedTokens the output tokens that the provider reported
   * @param largestTokens the largest number of tokens that came at once; 0 for an answer that did
   *     not come in pieces
   * @param nanos from the request's sending to the answer's end
   * @param shownASecond the rate of the visible tokens after the first event; 0 if too little was
   *     visible
   */
  public void learn(
      long shownTokens, long billedTokens, long largestTokens, long nanos, long shownASecond) {
    holds.learn(request, shownTokens, billedTokens, largestTokens, nanos, shownASecond);
  }

  /** The view through which the extender grows this hold. */
  private final class Growing implements Extensible {

    @Override
    public long covered() {
      return coveredTokens();
    }

    @Override
    public long allowed() {
      return size.allowedTokens();
    }

    @Override
    public boolean isLowered() {
      return size.maxTokens() > 0;
    }

    @Override
    public boolean isOurLimit() {
      return isLowered() && !size.inputs().limitNamed();
    }

    @Override
    public boolean extend(long moreTokens) {
      return Hold.this.extend(moreTokens);
    }

    @Override
    public void ask(long moreTokens, Runnable answered) {
      Thread.ofVirtual()
          .name("hold-extension")
          .start(
              () -> {
                try {
                  await(moreTokens, Long.MAX_VALUE);
                } finally {
                  answered.run();
                }
              });
    }

    @Override
    public void await(long moreTokens, long patienceNanos) {
      holds.draw(Hold.this, moreTokens, costOf(moreTokens), patienceNanos);
    }

    @Override
    public long waitNanos() {
      return holds.waitNanos();
    }

    @Override
    public boolean isPlenty(long moreTokens) {
      return holds.isPlenty(Hold.this, moreTokens, costOf(moreTokens));
    }

    @Override
    public boolean isScarce(long moreTokens) {
      return holds.isScarce(Hold.this, moreTokens, costOf(moreTokens));
    }
  }

  private synchronized Money costOf(long moreTokens) {
    var inputs = size.inputs();
    return inputs.worstCase(coveredTokens + moreTokens).minus(inputs.worstCase(coveredTokens));
  }

  /**
   * Settles it for the attempt's usage at the candidate's price.
   *
   * @return the record of it
   * @throws IllegalStateException if it has ended
   */
  public SpendRecord settle(Usage usage, Precision precision, Outcome outcome) {
    var cost = request.candidate().offer().price().pricing().cost(usage);
    return settle(usage, ServiceTier.STANDARD, cost, precision, outcome);
  }

  /**
   * Settles it for the whole amount held: a backend that received the request and never answered
   * may have served it, and cannot be asked. For an answer in one piece that is its worst case; for
   * a stream, the most it can have generated so far.
   *
   * @return the record of it
   * @throws IllegalStateException if it has ended
   */
  public SpendRecord settleUnknown() {
    long output = Math.min(coveredTokens, size.allowedTokens());
    return settle(
        Usage.of(size.inputs().inputTokens(), output),
        ServiceTier.STANDARD,
        size.inputs().worstCase(output),
        Precision.ESTIMATED,
        Outcome.UNKNOWN);
  }

  /**
   * Settles it for the given charge.
   *
   * @param tier the service tier whose prices determined the charge
   * @return the record of it
   * @throws IllegalStateException if it has ended
   */
  public SpendRecord settle(
      Usage usage, ServiceTier tier, Money cost, Precision precision, Outcome outcome) {
    if (!end()) {
      throw new IllegalStateException("a hold is settled once, before it is closed");
    }
    var record = holds.record(this, usage, tier, cost, precision, outcome);
    holds.settle(this, record);
    return record;
  }

  /**
   * Transfers its money to a new hold that may outlive the block in which this one was taken.
   * Closing this one then has no effect.
   *
   * @return the hold to end instead
   * @throws IllegalStateException if it has ended
   */
  public Hold handOn() {
    if (!end()) {
      throw new IllegalStateException("a hold that has ended cannot be handed on");
    }
    var next = new Hold(holds, request, size, money, limits);
    next.coveredTokens = coveredTokens();
    return next;
  }

  /**
   * Ends it without a charge, unless it has ended. For attempts that were not sent or cost nothing.
   */
  @Override
  public void close() {
    if (end()) {
      holds.release(this);
    }
  }

  private synchronized boolean end() {
    boolean first = !ended;
    ended = true;
    return first;
  }

  /**
   * Notes that a backend has answered the request, even if with a refusal: the request then counts
   * against limits of requests, even if it costs nothing.
   */
  public void answered() {
    limits.answered();
  }

  /** The state of its limits; for each unit the tightest. */
  public List<LimitState> limits(long nowMillis) {
    return limits.states(nowMillis);
  }

  /** Its hold on the limits other than money. */
  LimitHold limits() {
    return limits;
  }

  /** Its hold on the budgets. */
  BudgetHold money() {
    return money;
  }
}
