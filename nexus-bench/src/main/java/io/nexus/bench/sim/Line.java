package io.nexus.bench.sim;

import io.nexus.control.ledger.Ledger;
import io.nexus.control.ledger.LedgerException;
import io.nexus.control.ledger.LedgerException.Kind;
import io.nexus.control.ledger.Standing;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.random.RandomGenerator;

/** One gateway's connection to the ledger, which can be slow or cut, and counts calls. */
final class Line {

  /** One in this many answers on a slow line is too late. */
  private static final int LATE = 100;

  private final Ledger ledger;
  private final int latencyMillis;
  private final RandomGenerator random;
  private long draws;
  private long granted;
  private long calls;
  private boolean cut;
  private boolean losesNextAnswer;

  Line(Ledger ledger, int latencyMillis, RandomGenerator random) {
    this.ledger = ledger;
    this.latencyMillis = latencyMillis;
    this.random = random;
  }

  /** How long a call takes. */
  int latencyMillis() {
    return latencyMillis;
  }

  /** Cuts the line: the next call arrives but its answer is lost, further calls fail. */
  void cut() {
    cut = true;
    losesNextAnswer = true;
  }

  void mend() {
    cut = false;
    losesNextAnswer = false;
  }

  boolean isCut() {
    return cut;
  }

  long draws() {
    return draws;
  }

  /** The number of draws with a grant. */
  long granted() {
    return granted;
  }

  private void count(List<?> positions) {
    draws += positions.size();
    granted +=
        positions.stream()
            .filter(each -> each instanceof Standing position && !position.granted().isZero())
            .count();
  }

  long calls() {
    return calls;
  }

  /** The ledger as one process sees it. */
  Ledger open() {
    var process =
        new Object() {
          boolean hasJoined;
        };
    return (Ledger)
        Proxy.newProxyInstance(
            Ledger.class.getClassLoader(),
            new Class<?>[] {Ledger.class},
            (_, method, arguments) -> {
              var name = method.getName();
              // Once it has joined, it asks for the grants only to show them in its metrics.
              if (name.equals("grants") && process.hasJoined) {
                return List.of();
              }
              var answer = pass(name, () -> method.invoke(ledger, arguments));
              if (name.equals("draw")) {
                count((List<?>) answer);
              }
              process.hasJoined |= name.equals("giveBack");
              return answer;
            });
  }

  /** A call in transit. */
  private interface Call {
    Object make() throws ReflectiveOperationException;
  }

  private Object pass(String name, Call call) throws Throwable {
    if (cut && !losesNextAnswer) {
      throw new LedgerException(Kind.UNREACHABLE, "ledger: cut off: " + name);
    }
    calls++;
    Object answer;
    try {
      answer = call.make();
    } catch (InvocationTargetException e) {
      throw e.getCause() == null ? e : e.getCause();
    }
    if (cut || (latencyMillis > 0 && random.nextInt(LATE) == 0)) {
      losesNextAnswer = false;
      throw new LedgerException(Kind.UNREACHABLE, "ledger: no answer in time: " + name);
    }
    return answer;
  }
}
