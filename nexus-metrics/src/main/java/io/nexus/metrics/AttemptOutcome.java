package io.nexus.metrics;

/** What became of an attempt at a backend. */
public enum AttemptOutcome {
  /** It was answered whole. */
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
  /** It was never sent, since the backend cannot be reached; nothing is charged. */
  UNSENT("unsent");

  private final String label;

  AttemptOutcome(String label) {
    this.label = label;
  }

  /** As labels show it. */
  public String label() {
    return label;
  }
}
