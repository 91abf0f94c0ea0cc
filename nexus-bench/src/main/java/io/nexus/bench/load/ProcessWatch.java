package io.nexus.bench.load;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Periodically samples the processes that a subject has at the start. */
final class ProcessWatch {
  private final Subject subject;
  private final List<ProcessHandle> processes;
  private final Duration interval;
  private final long startNanos = System.nanoTime();
  private final List<Point> points = new ArrayList<>();
  private final CountDownLatch stop = new CountDownLatch(1);
  private final Thread thread;

  /**
   * One sample.
   *
   * @param seconds since the watch began
   */
  record Point(double seconds, ProcessSample sample) {}

  private ProcessWatch(Subject subject, Duration interval) {
    this.subject = subject;
    this.processes = subject.processes();
    this.interval = interval;
    this.thread = Thread.ofPlatform().daemon().name("process-watch").unstarted(this::run);
  }

  /** Begins to sample. */
  static ProcessWatch start(Subject subject, Duration interval) {
    var watch = new ProcessWatch(subject, interval);
    watch.thread.start();
    return watch;
  }

  private void run() {
    try {
      do {
        sample();
      } while (!stop.await(interval.toMillis(), TimeUnit.MILLISECONDS));
      sample();
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot watch " + subject.name(), e);
    }
  }

  private void sample() throws IOException {
    double seconds = (System.nanoTime() - startNanos) / (double) TimeUnit.SECONDS.toNanos(1);
    points.add(new Point(seconds, ProcessSample.of(processes)));
  }

  /** Ends the watch and returns its samples, in order, at least the one at the start. */
  List<Point> stop() throws InterruptedException {
    stop.countDown();
    thread.join();
    return List.copyOf(points);
  }

  /** The most memory of the samples. */
  static long peakResidentBytes(List<Point> points) {
    return points.stream().mapToLong(point -> point.sample().residentBytes()).max().orElse(0);
  }

  /** The most threads of the samples. */
  static int peakThreads(List<Point> points) {
    return points.stream().mapToInt(point -> point.sample().threads()).max().orElse(0);
  }

  /**
   * The growth of memory: the slope of the least-squares line through the samples from {@code
   * fromSeconds} on.
   *
   * @return bytes a second; 0 with fewer than two samples
   */
  static double bytesPerSecond(List<Point> points, double fromSeconds) {
    var late = points.stream().filter(point -> point.seconds() >= fromSeconds).toList();
    double meanX = late.stream().mapToDouble(Point::seconds).average().orElse(0);
    double meanY =
        late.stream().mapToDouble(point -> point.sample().residentBytes()).average().orElse(0);
    double xy = 0;
    double xx = 0;
    for (var point : late) {
      double x = point.seconds() - meanX;
      xy += x * (point.sample().residentBytes() - meanY);
      xx += x * x;
    }
    return xx == 0 ? 0 : xy / xx;
  }
}
