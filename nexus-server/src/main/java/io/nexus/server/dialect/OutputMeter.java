package io.nexus.server.dialect;

import io.nexus.control.hold.HoldExtender;
import io.nexus.control.money.TokenCountTier;
import io.nexus.control.spi.TokenCounter;
import org.jspecify.annotations.Nullable;

/**
 * Counts the generated text, in case the backend does not report usage, and keeps the finish
 * reasons if they are observed. For one request, not for concurrent use.
 */
public final class OutputMeter implements HoldExtender.Shown {

  /** Text is recounted together with following text, so that tokens across pieces count once. */
  private static final int BLOCK_CHARS = 512;

  private static final int SLACK_TOKENS = 16;

  /** Prose and code have four to five bytes a token in the vocabularies in use. */
  private static final int USUAL_BYTES = 4;

  private static final int MOST_USUAL_BYTES = 6;
  private static final int USUAL_SLACK_TOKENS = 8;

  private final TokenCounter.ForModel counter;
  private final @Nullable FinishReasons reasons;
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
    this(counter, null);
  }

  /**
   * A meter that has counted nothing.
   *
   * @param counter counts text as the model does
   * @param reasons receives the finish reasons; null if they are not observed
   */
  public OutputMeter(TokenCounter.ForModel counter, @Nullable FinishReasons reasons) {
    this.counter = counter;
    this.reasons = reasons;
  }

  /** Ignores the first characters, which were not generated. */
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

  /** Notes the end of a chunk with text, which has at least one token. */
  public void piece() {
    pieces++;
  }

  /** Whether finish reasons are observed; if not, a reader makes no text of them. */
  public boolean keepsReasons() {
    return reasons != null;
  }

  /** Notes the finish reason of a choice, if they are observed; an empty one is ignored. */
  public void finished(int choice, String reason) {
    if (reasons != null) {
      reasons.seen(choice, reason);
    }
  }

  /** The number of chunks with text. */
  public long pieces() {
    return pieces;
  }

  /** Counts accumulated text, so that a long answer is not kept in memory. */
  public void compact() {
    if (block.length() >= BLOCK_CHARS) {
      tokens();
    }
  }

  /** The larger of the chunks and the counted tokens. */
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
   * few hundred characters is not recounted, so repeated calls are cheap.
   */
  @Override
  public long tokens() {
    return Math.max(textTokens(), pieces);
  }

  /**
   * Whether this number of tokens is usual for the text's length: at least half of what prose, code
   * or other scripts count. Then it is accepted without counting, which would cost more than all
   * other processing.
   */
  public boolean isUsual(long tokens) {
    long bytes = chars() + moreBytes;
    return tokens >= pieces
        && tokens * MOST_USUAL_BYTES >= bytes
        && (tokens - USUAL_SLACK_TOKENS) * USUAL_BYTES <= bytes;
  }

  /**
   * The tokens that were surely generated: all of an exact count, and the {@linkplain #leastTokens
   * least plausible} number of another, but no fewer than there were chunks.
   */
  @Override
  public long surely() {
    boolean exact = counter.tier() == TokenCountTier.EXACT;
    return Math.max(exact ? textTokens() : leastTokens(), pieces);
  }

  /** The accuracy of the count. */
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
   * The least plausible number of tokens: half of an exact count, a quarter of another, since a run
   * of spaces or dashes may be one token. 0 for a short text.
   */
  public long leastTokens() {
    int factor = counter.tier() == TokenCountTier.EXACT ? 2 : 4;
    return Math.max(0, textTokens() / factor - SLACK_TOKENS);
  }
}
