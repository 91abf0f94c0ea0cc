package io.nexus.server.dialect;

import org.jspecify.annotations.Nullable;

/**
 * Parses the events of one stream of an API: usage, text, and how the stream ends. Not for
 * concurrent use.
 */
public interface Events {

  /** The progress of an answer. */
  enum Progress {
    /** More may be generated. */
    OPEN,
    /**
     * It may have ended: the last event only has usage, or all choices that have begun have ended,
     * but fewer than requested have begun.
     */
    PERHAPS,
    /** Everything requested has been generated. */
    FINISHED,
    /** The end marker has arrived. */
    DONE
  }

  /** Receives the bytes for the client. */
  @FunctionalInterface
  interface Sink {
    /** Takes a range of an array, which may be changed afterwards. */
    void write(byte[] bytes, int from, int to);
  }

  /** Parses the current event of the buffer, and passes the client's part of it on. */
  void pass(SseBuffer event, Sink client);

  /** The progress of the answer. */
  Progress progress();

  /** Whether anything but comments has arrived. */
  boolean hasData();

  /** The first error that arrived; null if none. */
  @Nullable ProviderError error();

  /** The usage reported so far. */
  ReportedUsage usage();

  /** The reported or counted units, for an API billed by unit. */
  default UnitsUsed units() {
    return UnitsUsed.NONE;
  }

  /** The output tokens reported so far, in APIs that report them continually; 0 in others. */
  default long saidOutputTokens() {
    return 0;
  }

  /** Whether usage was reported, and nothing generated since. */
  boolean isUsageLast();

  /** What the backend stores of the answer, as known so far. */
  default Made made() {
    return Made.NOTHING;
  }

  /** Whether more units other than tokens were used than the hold covers. */
  default boolean isBeyondHold() {
    return false;
  }

  /** The last bytes for the client after the backend has ended the stream. */
  default byte[] ended() {
    return Asked.NOTHING;
  }

  /**
   * A proper end for a stream that was cut off, as if it had reached its output limit.
   *
   * @param cost what is charged for it
   */
  String cutOff(AnswerCost cost);

  /**
   * The error for a client whose stream the backend broke off.
   *
   * @param slow whether it sent nothing in time
   */
  String broken(boolean slow);
}
