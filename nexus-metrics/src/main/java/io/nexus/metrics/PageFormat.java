package io.nexus.metrics;

import java.util.Locale;

/** The text formats of the page. */
public enum PageFormat {
  /**
   * Prometheus text, version 0.0.4.
   *
   * @see <a
   *     href="https://prometheus.io/docs/instrumenting/exposition_formats/#text-based-format">Prometheus
   *     text format</a>
   */
  PROMETHEUS("text/plain; version=0.0.4; charset=utf-8"),
  /**
   * OpenMetrics text, version 1.0.0.
   *
   * @see <a href="https://prometheus.io/docs/specs/om/open_metrics_spec/">OpenMetrics</a>
   */
  OPENMETRICS("application/openmetrics-text; version=1.0.0; charset=utf-8");

  private static final String OPENMETRICS_TYPE = "application/openmetrics-text";
  private static final String TEXT_TYPE = "text/plain";

  private final String contentType;

  PageFormat(String contentType) {
    this.contentType = contentType;
  }

  /** The value of the answer's {@code Content-Type}. */
  public String contentType() {
    return contentType;
  }

  /**
   * The format that a client prefers: OpenMetrics only for one that names it, with no lower quality
   * than plain text; Prometheus text for all others, browsers and curl included.
   *
   * @param accept the request's {@code Accept}, empty if it had none
   */
  public static PageFormat forAccept(String accept) {
    double open = quality(accept, OPENMETRICS_TYPE);
    return open > 0 && open >= quality(accept, TEXT_TYPE) ? OPENMETRICS : PROMETHEUS;
  }

  private static double quality(String accept, String type) {
    double best = 0;
    for (var range : accept.split(",", -1)) {
      var parts = range.split(";", -1);
      if (parts[0].strip().toLowerCase(Locale.ROOT).equals(type)) {
        best = Math.max(best, quality(parts));
      }
    }
    return best;
  }

  private static double quality(String[] parts) {
    for (int i = 1; i < parts.length; i++) {
      var parameter = parts[i].strip().toLowerCase(Locale.ROOT);
      if (parameter.startsWith("q=")) {
        try {
          return Double.parseDouble(parameter.substring(2));
        } catch (NumberFormatException e) {
          // A quality that is not a number is ignored.
          return 1;
        }
      }
    }
    return 1;
  }
}
