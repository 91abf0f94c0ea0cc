package io.nexus.server;

import java.io.IOException;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Arrays;
import java.util.List;

/** The samples of {@code GET /metrics}. */
record MetricsPage(List<String> lines) {

  static MetricsPage of(GatewayBox box) throws IOException {
    try (RawHttp client = RawHttp.connect(box.port())) {
      return new MetricsPage(client.get("/metrics").text().lines().toList());
    }
  }

  /**
   * The sum of all samples of that name with those labels, 0 if there are none.
   *
   * @param labels as they stand on the page, such as {@code backend="cloud"}
   */
  BigDecimal sum(String name, String... labels) {
    return lines.stream()
        .filter(line -> line.startsWith(name + "{") || line.startsWith(name + " "))
        .filter(line -> Arrays.stream(labels).allMatch(line::contains))
        .map(line -> new BigDecimal(line.substring(line.lastIndexOf(' ') + 1)))
        .reduce(BigDecimal.ZERO, BigDecimal::add);
  }

  long count(String name, String... labels) {
    return sum(name, labels).longValueExact();
  }

  /** A sum of dollars in nano-dollars; the page prints sums of floating-point numbers. */
  long nanos(String name, String... labels) {
    return sum(name, labels).movePointRight(9).setScale(0, RoundingMode.HALF_EVEN).longValueExact();
  }
}
