package io.nexus.metrics;

/** The outcome of an attempt at a backend. */
public enum AttemptOutcome {
  /** The answer was complete. */
  COMPLETED("completed"),
  /** The client left before the end. */
  CANCELLED("cancelled"),
  /** The backend broke off, or fell silent, in the middle of its answer. */
  BROKEN("broken"),
  /** The budget ended it. */
  CUT_OFF("cut_off"),
  /** It was sent and never answered; its worst case is charged. */
  UNKNOWN("unknown"),
  /** The backend refused it; nothing is charged. */
  REFUSED("refused"),
  /** It was not sent, because the backend is unreachable; nothing is charged. */
  UNSENT("unsent");

  private final String label;

  AttemptOutcome(String label) {
    this.label = label;
  }

  /** The value of the label. */
  public String label() {
    return label;
  }
}
