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
 * <p>JMH's {@code SampleTime} distorts the tail of such short operations: when it has too many
 * samples it halves the counts of all values, except counts of 1. So rare values stay while the
 * others shrink, and a stall of one operation in ten thousand looks like one in a thousand.
 */
@State(Scope.Thread)
public class Latency {

  private static final int DIGITS = 3;
  private static final Queue<Histogram> THREADS = new ConcurrentLinkedQueue<>();

  private Histogram histogram = new Histogram(DIGITS);

  /** Starts a new iteration. */
  @Setup(Level.Iteration)
  public void begin() {
    histogram = new Histogram(DIGITS);
    THREADS.add(histogram);
  }

  /** Notes an operation that began then and has ended now. */
  void ended(long beganNanos) {
    histogram.recordValue(System.nanoTime() - beganNanos);
  }

  /** Clears the recorded times. */
  static void forget() {
    THREADS.clear();
  }

  /** The recorded times of all threads. */
  static Histogram ofAllThreads() {
    var all = new Histogram(DIGITS);
    THREADS.forEach(all::add);
    return all;
  }
}
