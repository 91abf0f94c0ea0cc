package io.nexus.bench;

import java.util.Locale;

/** Formats figures with three significant digits and a unit. */
public final class Quantity {
  private static final double THOUSAND = 1_000;
  private static final double TEN = 10;
  private static final double HUNDRED = 100;
  private static final double MIB = 1 << 20;

  private Quantity() {}

  /** Nanoseconds in a suitable unit; {@code -} for NaN. */
  public static String time(double nanos) {
    if (Double.isNaN(nanos)) {
      return "-";
    }
    double magnitude = Math.abs(nanos);
    if (magnitude < THOUSAND) {
      return digits(nanos) + " ns";
    }
    if (magnitude < THOUSAND * THOUSAND) {
      return digits(nanos / THOUSAND) + " us";
    }
    if (magnitude < THOUSAND * THOUSAND * THOUSAND) {
      return digits(nanos / (THOUSAND * THOUSAND)) + " ms";
    }
    return digits(nanos / (THOUSAND * THOUSAND * THOUSAND)) + " s";
  }

  /** Bytes per operation, without decimals from ten on; {@code -} for NaN. */
  public static String bytes(double bytes) {
    if (Double.isNaN(bytes)) {
      return "-";
    }
    return bytes < 0.05 ? "0" : String.format(Locale.ROOT, bytes < TEN ? "%.1f" : "%.0f", bytes);
  }

  /** A ratio; {@code -} for NaN. */
  static String times(double times) {
    return Double.isNaN(times) ? "-" : digits(times) + " x";
  }

  /** Bytes of memory, in MiB. */
  public static String mebibytes(long bytes) {
    return String.format(Locale.ROOT, "%.0f MB", bytes / MIB);
  }

  /** Three significant digits, never in exponent form. */
  public static String digits(double value) {
    double magnitude = Math.abs(value);
    var format = magnitude < TEN ? "%.2f" : magnitude < HUNDRED ? "%.1f" : "%.0f";
    return String.format(Locale.ROOT, format, value);
  }
}
