package io.nexus.bench.load;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

class ProcessSampleTest {
  private static final String STATUS =
      "Name:\tjava\nVmPeak:\t 9000 kB\nVmRSS:\t  167000 kB\nThreads:\t31\n";

  @Test
  void parse_commandWithSpacesAndParentheses_findsTheTimes() throws IOException {
    var stat = "4242 (a) b (c)) S 1 4242 4242 0 -1 4194560 100 0 5 0 250 75 0 0 20 0 31 0 1 2 3\n";

    var sample = ProcessSample.parse(stat, STATUS);

    assertEquals(new ProcessSample(3_250_000, 167_000L * 1_024, 31), sample);
  }

  @Test
  void parse_somethingElse_throws() {
    assertThrows(IOException.class, () -> ProcessSample.parse("4242 (java) S 1", STATUS));
  }

  @Test
  void of_processThatDoesNotExist_isNone() throws IOException {
    assertEquals(ProcessSample.NONE, ProcessSample.of(Long.MAX_VALUE));
  }

  @Test
  void sample_thisProcess_hasMemoryAndThreads() throws IOException {
    var sample = new Subject("test", 0, Optional.of(ProcessHandle.current())).sample();

    assertTrue(sample.cpuMicros() > 0, sample::toString);
    assertTrue(sample.residentBytes() > 10 << 20, sample::toString);
    assertTrue(sample.threads() > 1, sample::toString);
  }

  @Test
  void threadTimes_threadAtWork_standsByItsName() throws Exception {
    var stop = new AtomicBoolean();
    var thread = Thread.ofPlatform().name("test (at) work").start(() -> spin(stop));
    try {
      while (ThreadTimes.of(ProcessHandle.current().pid()).of("test (at) work"::equals) == 0) {
        assertTrue(thread.isAlive());
      }
    } finally {
      stop.set(true);
    }
  }

  private static void spin(AtomicBoolean stop) {
    while (!stop.get()) {
      Thread.onSpinWait();
    }
  }

  @Test
  void bytesPerSecond_steadyGrowthAfterAJump_isItsSlope() {
    var points =
        List.of(
            point(0, 0), point(1, 90_000), point(2, 100_000), point(3, 100_500), point(4, 101_000));

    assertEquals(500, ProcessWatch.bytesPerSecond(points, 2), 1e-6);
    assertEquals(0, ProcessWatch.bytesPerSecond(points, 4), 1e-6);
    assertEquals(101_000, ProcessWatch.peakResidentBytes(points));
  }

  private static ProcessWatch.Point point(double seconds, long bytes) {
    return new ProcessWatch.Point(seconds, new ProcessSample(0, bytes, 1));
  }
}
