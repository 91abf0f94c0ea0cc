package io.nexus.control.hold;

import io.nexus.control.budget.BudgetHold;
import io.nexus.control.ledger.Outcome;
import io.nexus.control.ledger.Precision;
import io.nexus.control.ledger.SpendRecord;
import io.nexus.control.limit.LimitState;
import io.nexus.control.money.Money;
import io.nexus.control.money.ServiceTier;
import io.nexus.control.money.Usage;
import io.nexus.control.routing.Candidate;
import java.util.List;

/**
 * Everything about one attempt's money: what is held for it on every budget that it belongs to, its
 * entry in the journal, and the one record that it leaves.
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
 * <h2>Who plays which part</h2>
 *
 * <ul>
 *   <li>A {@code Budget} is a limit that starts anew with every cycle. Its {@code CycleAccount} is
 *       one cycle's money, a single word that a compare-and-set moves: settled, held, and what this
 *       process may spend of the limit. No hold waits for a lock.
 *   <li>A {@link BudgetHold} is one amount on all accounts of a request or on none of them. It
 *       knows neither models nor tokens.
 *   <li>{@link HoldSize} is how much that has to be, and how long an answer it pays for.
 *   <li>{@link Funds} are where the money comes from. In memory that is the limit itself. With a
 *       ledger the gateway draws chunks of the limit, and spends them without asking. When a chunk
 *       runs out, taking a hold waits for the ledger's thread to draw the next one, for a bounded
 *       time.
 *   <li>A {@link LimitHold} is the same for what is limited beside money: requests, tokens, and how
 *       many run at once.
 *   <li>The journal is what survives {@code kill -9}. Before an attempt goes out it names the most
 *       that the attempt may cost; when it has ended, what it did cost. The ledger's thread posts
 *       what has ended, some ten times a second.
 *   <li>{@code Hold} ties these to one attempt, and makes sure that they end together.
 * </ul>
 *
 * <h2>What holds at every moment</h2>
 *
 * <ul>
 *   <li>Settled and held money on an account never exceeds the budget's limit.
 *   <li>What may have been sent is in the journal: {@link Holds#take} notes it before it returns,
 *       {@link #extend} before it says yes.
 *   <li>A hold ends once: by {@link #settle} or {@link #settleUnknown} if something is owed, else
 *       by {@link #close}. A close after that changes nothing. So a hold in a try-with-resources
 *       cannot leak, and its close does not take back the charge.
 *   <li>It is charged in the cycle that it was taken in, even if that is over by then.
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
 *   <li>The stream ends, the provider reports 950 tokens in and 420 out: $0.006575. The journal
 *       notes that, both accounts move it to settled, and $0.002485 are free again. Whoever waits
 *       for money is woken.
 *   <li>Within a tenth of a second the ledger's thread posts the record. From then on the journal
 *       needs it no more.
 * </ol>
 *
 * <p>Had the process died at the third step, its next start would have found an attempt that began
 * and did not end, and charged the $0.00906 with the outcome {@code LOST}.
 *
 * <p>Made by {@link Holds}. It is extended by one thread at a time; any may close it.
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

  /** What it was taken for. */
  public HoldRequest request() {
    return request;
  }

  /** Where the attempt goes. */
  public Candidate candidate() {
    return request.candidate();
  }

  /** What it was taken with. */
  public HoldSize size() {
    return size;
  }

  /** What is held on each budget; zero once it has ended. */
  public Money held() {
    return money.held();
  }

  /** The output, over all choices, that is held for by now. */
  public synchronized long coveredTokens() {
    return coveredTokens;
  }

  /**
   * Holds for more output, on every budget or on none.
   *
   * @param moreTokens beyond those that are covered, over all choices
   * @return whether that is held and noted; if not, the answer must not become longer than what is
   *     covered
   */
  public boolean extend(long moreTokens) {
    return extend(moreTokens, Long.MAX_VALUE);
  }

  private synchronized boolean extend(long moreTokens, long patienceNanos) {
    if (!holds.extend(this, moreTokens, costOf(moreTokens), patienceNanos)) {
      return false;
    }
    coveredTokens += moreTokens;
    return true;
  }

  /**
   * What keeps it ahead of a stream, whose request is about to be sent.
   *
   * @param sentNanos the moment, by {@link System#nanoTime}
   */
  public HoldExtender extender(long sentNanos) {
    var made = new MadeOutput(holds.pace(request), request.needs().choices(), sentNanos);
    return new HoldExtender(new Growing(), made, sentNanos);
  }

  /**
   * Tells how an answer came that the provider reported, so that the next ones are known better.
   *
   * @param shownTokens the output that it showed, as it is counted
   * @param billedTokens the output that was reported
   * @param largestTokens the largest number of tokens that came at once; 0 for an answer that did
   *     not come in pieces
   * @param nanos from the request's sending to the answer's end
   */
  public void learn(long shownTokens, long billedTokens, long largestTokens, long nanos) {
    holds.learn(request, shownTokens, billedTokens, largestTokens, nanos);
  }

  /** The part of it that grows. */
  private final class Growing implements HoldExtender.Extensible {

    @Override
    public long covered() {
      return coveredTokens();
    }

    @Override
    public long allowed() {
      return size.allowedTokens();
    }

    @Override
    public boolean extend(long moreTokens, long patienceNanos) {
      return Hold.this.extend(moreTokens, patienceNanos);
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
   * Ends it with what the attempt has used, at the candidate's price.
   *
   * @return the record of it
   * @throws IllegalStateException if it has ended
   */
  public SpendRecord settle(Usage usage, Precision precision, Outcome outcome) {
    var cost = request.candidate().offer().price().pricing().cost(usage);
    return settle(usage, ServiceTier.STANDARD, cost, precision, outcome);
  }

  /**
   * Ends it with all that is held: a backend that was given a request and never answered may have
   * served it, and nobody will say. An answer in one piece has its worst case held; a stream what
   * it can have made by then.
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
   * Ends it with what the attempt is charged.
   *
   * @param tier the class of service whose prices decided that
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
   * Hands its money on to a hold that may outlive what this one was taken in. From now on closing
   * this one changes nothing.
   *
   * @return what is to be ended instead
   * @throws IllegalStateException if it has ended
   */
  public Hold handOn() {
    if (!end()) {
      throw new IllegalStateException("a hold that has ended has nothing to hand on");
    }
    var next = new Hold(holds, request, size, money, limits);
    next.coveredTokens = coveredTokens();
    return next;
  }

  /** Ends it without a charge, unless it has ended: nothing was sent, or nothing is owed. */
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
   * Notes that a backend has answered the request, if only to refuse it: it counts where requests
   * are limited, though nothing may be owed for it.
   */
  public void answered() {
    limits.answered();
  }

  /** How the limits stand that it belongs to, of each unit the tightest. */
  public List<LimitState> limits(long nowMillis) {
    return limits.states(nowMillis);
  }

  /** Its part on the limits beside money. */
  LimitHold limits() {
    return limits;
  }

  /** Its part on the budgets. */
  BudgetHold money() {
    return money;
  }
}
