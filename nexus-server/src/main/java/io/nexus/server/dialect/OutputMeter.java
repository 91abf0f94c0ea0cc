package io.nexus.server.dialect;

import io.nexus.control.hold.HoldExtender;
import io.nexus.control.money.TokenCountTier;
import io.nexus.control.spi.TokenCounter;

/**
 * Counts what has been generated so far, for the case that the backend never says it. For one
 * request, not for concurrent use.
 */
public final class OutputMeter implements HoldExtender.Shown {

  /** Text is counted again with what follows it, so that tokens across pieces count once. */
  private static final int BLOCK_CHARS = 512;

  private static final int SLACK_TOKENS = 16;

  /** Prose and code have four to five bytes a token in the vocabularies in use. */
  private static final int USUAL_BYTES = 4;

  private static final int MOST_USUAL_BYTES = 6;
  private static final int USUAL_SLACK_TOKENS = 8;

  private final TokenCounter.ForModel counter;
  private final StringBuilder block = new StringBuilder();
  private long charsBefore;
  private long tokensBefore;
  private long blockTokens;
  private int countedChars;
  private long pieces;
  private long moreBytes;
  private long ignored;

  /**
   * A meter that has counted nothing.
   *
   * @param counter counts text as the model does
   */
  public OutputMeter(TokenCounter.ForModel counter) {
    this.counter = counter;
  }

  /** So many characters that come first were not generated. */
  public void ignore(long chars) {
    ignored = chars;
  }

  /** More of the answer. */
  public void text(String more) {
    int from = (int) Math.min(ignored, more.length());
    ignored -= from;
    block.append(more, from, more.length());
    for (int i = from; i < more.length(); i++) {
      moreBytes += bytesBeyondOne(more.charAt(i));
    }
  }

  /** More of the answer: some characters of an array. */
  public void text(char[] chars, int from, int length) {
    int begin = from + (int) Math.min(ignored, length);
    int end = from + length;
    ignored -= begin - from;
    block.append(chars, begin, end - begin);
    for (int i = begin; i < end; i++) {
      moreBytes += bytesBeyondOne(chars[i]);
    }
  }

  /** In UTF-8; a surrogate's share of its pair is taken for as much as that of other characters. */
  private static int bytesBeyondOne(char c) {
    return c < 0x80 ? 0 : c < 0x800 ? 1 : 2;
  }

  /** A chunk ended that had some text: backends send at least one token in each. */
  public void piece() {
    pieces++;
  }

  /** How many chunks had some text. */
  public long pieces() {
    return pieces;
  }

  /** Counts what has come, if that is much, so that a long answer is not held whole. */
  public void compact() {
    if (block.length() >= BLOCK_CHARS) {
      tokens();
    }
  }

  /** As many as there were chunks, and no fewer than were counted. */
  @Override
  public long atLeast() {
    return Math.max(tokensBefore + blockTokens, pieces);
  }

  /** The characters so far. */
  @Override
  public long chars() {
    return charsBefore + block.length();
  }

  /**
   * The tokens so far: the text's count, and no fewer than there were chunks. Text before the last
   * few hundred characters is not counted again, so that asking often costs little more than asking
   * once.
   */
  @Override
  public long tokens() {
    return Math.max(textTokens(), pieces);
  }

  /**
   * Whether a text of that length usually comes to this number of tokens. A number of which this
   * holds is at least half of what prose, code or a script of other letters counts for, so that it
   * can be believed without counting, which would cost more than all else that is done to read it.
   */
  public boolean isUsual(long tokens) {
    long bytes = chars() + moreBytes;
    return tokens >= pieces
        && tokens * MOST_USUAL_BYTES >= bytes
        && (tokens - USUAL_SLACK_TOKENS) * USUAL_BYTES <= bytes;
  }

  /** How far the count of the text can be trusted. */
  public TokenCountTier tier() {
    return counter.tier();
  }

  private long textTokens() {
    if (block.length() > countedChars) {
      blockTokens = counter.count(block.toString());
      countedChars = block.length();
      if (countedChars >= BLOCK_CHARS) {
        charsBefore += countedChars;
        tokensBefore += blockTokens;
        blockTokens = 0;
        countedChars = 0;
        block.setLength(0);
      }
    }
    return tokensBefore + blockTokens;
  }

  /**
   * The fewest tokens that the text can honestly be: half of an exact count, a quarter of another,
   * since a run of spaces or dashes may be one token. A short text says nothing.
   */
  public long leastTokens() {
    int factor = counter.tier() == TokenCountTier.EXACT ? 2 : 4;
    return Math.max(0, textTokens() / factor - SLACK_TOKENS);
  }
}
