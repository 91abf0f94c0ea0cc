package io.nexus.bench.micro;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.HdrHistogram.Histogram;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/**
 * How long each operation of a thread took, for a benchmark that times all of them itself.
 *
 * <p>JMH's own {@code SampleTime} cannot tell the tail of operations this short: it begins each
 * iteration by timing all, and whenever it has too many samples it halves the counts of all values,
 * but no count of 1. So what is rare stays while the rest dwindles, and a stall that hits one
 * operation in ten thousand looks like one in a thousand.
 */
@State(Scope.Thread)
public class Latency {

  private static final int DIGITS = 3;
  private static final Queue<Histogram> THREADS = new ConcurrentLinkedQueue<>();

  private Histogram histogram = new Histogram(DIGITS);

  /** Begins anew. */
  @Setup(Level.Iteration)
  public void begin() {
    histogram = new Histogram(DIGITS);
    THREADS.add(histogram);
  }

  /** Notes an operation that began then and has ended now. */
  void ended(long beganNanos) {
    histogram.recordValue(System.nanoTime() - beganNanos);
  }

  /** Forgets what was noted. */
  static void forget() {
    THREADS.clear();
  }

  /** What all threads have noted. */
  static Histogram ofAllThreads() {
    var all = new Histogram(DIGITS);
    THREADS.forEach(all::add);
    return all;
  }
}
