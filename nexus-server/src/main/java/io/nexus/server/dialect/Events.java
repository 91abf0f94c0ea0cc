package io.nexus.server.dialect;

import org.jspecify.annotations.Nullable;

/**
 * What the events of one stream mean in an API: what they say that was used, and how the stream
 * ends. Not for concurrent use.
 */
public interface Events {

  /** How far an answer has come. */
  enum Progress {
    /** More may be generated. */
    OPEN,
    /**
     * It may have ended: the event that was read last says what was used and nothing else, or the
     * choices that have begun have ended, and not all have begun that were asked for.
     */
    PERHAPS,
    /** All that was asked for has been generated. */
    FINISHED,
    /** It has said that nothing follows. */
    DONE
  }

  /** Where what the client gets is put. */
  @FunctionalInterface
  interface Sink {
    /** Takes a part of an array, which may be changed afterwards. */
    void write(byte[] bytes, int from, int to);
  }

  /** Reads the event at which the buffer stands, and passes on what the client gets of it. */
  void pass(SseBuffer event, Sink client);

  /** How far the answer has come. */
  Progress progress();

  /** Whether anything but comments has come. */
  boolean hasData();

  /** The first error that came; null if none did. */
  @Nullable ProviderError error();

  /** What the answer has said so far that it used. */
  ReportedUsage usage();

  /** What they said that was used or showed to be made, of an API that is paid by the unit. */
  default UnitsUsed units() {
    return UnitsUsed.NONE;
  }

  /**
   * The output that it has said to have made by now, in APIs that say so all the time; 0 in others.
   */
  default long saidOutputTokens() {
    return 0;
  }

  /** Whether it has said anything of that, and generated nothing since. */
  boolean isUsageLast();

  /** What the answer leaves at the backend, by what has come. */
  default Made made() {
    return Made.NOTHING;
  }

  /** Whether more of what is paid beside tokens was used than was held for. */
  default boolean isBeyondHold() {
    return false;
  }

  /** What the client gets at the end of a stream that the backend has ended. */
  default byte[] ended() {
    return Asked.NOTHING;
  }

  /**
   * A proper end of a stream that was cut off, as if it had reached its greatest length.
   *
   * @param cost what is charged for it
   */
  String cutOff(AnswerCost cost);

  /**
   * What a client is told whose stream the backend broke off.
   *
   * @param slow whether it sent nothing in time
   */
  String broken(boolean slow);
}
