package io.nexus.tokenizers;

import io.nexus.control.money.Prompt;
import io.nexus.control.money.TokenCount;
import io.nexus.control.money.TokenCountTier;
import io.nexus.control.spi.TokenCounter;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.function.Supplier;

/**
 * Counts for the models of one line of the table.
 *
 * <p>The expected count is text, overheads, tool definitions by OpenAI's formula and images of 1024
 * x 1024 pixels. The bound is, for a model whose vocabulary this is, the text's tokens, else its
 * UTF-8 bytes, as no byte-level vocabulary makes more tokens than bytes; and the most that each
 * overhead, tool and image can take.
 */
final class ModelCounter implements TokenCounter.ForModel {
  /** Bytes of ordinary text that are counted exactly; some 40 ms of one core, at worst 350. */
  static final long EXACT_BYTES = 4L << 20;

  // A PDF of 50 KB a page, read as text and image, is some 1,500 tokens a page.
  private static final int ATTACHMENT_BYTES_PER_TOKEN = 32;
  // Texts may be joined, and a join may take a separator.
  private static final int TEXT_MOST = 1;
  private static final int TOOL_MOST = 16;

  /** The sets of tools that are remembered. */
  private static final int TOOLS = 256;

  private final ModelRule rule;
  private final LazyTextCounter texts;
  private final CountMemory<ToolTally.Sums> tools = new CountMemory<>(TOOLS);

  ModelCounter(ModelRule rule, LazyTextCounter texts) {
    this.rule = rule;
    this.texts = texts;
  }

  @Override
  public TokenCountTier tier() {
    return rule.tier();
  }

  @Override
  public long count(CharSequence text) {
    TextCounter counter = texts.get();
    Tally tally = counter.tally(EXACT_BYTES);
    counter.count(text, tally);
    return tally.expectedTokens();
  }

  @Override
  public TokenCount count(Prompt prompt) {
    TextCounter counter = texts.get();
    Tally text = counter.tally(EXACT_BYTES);
    for (String one : prompt.texts()) {
      counter.countPrompt(one, text);
    }
    long expected = text.expectedTokens() + expectedOverhead(prompt);
    long most = textMost(text) + mostOverhead(prompt);
    TokenCountTier tier = text.isComplete() ? rule.tier() : TokenCountTier.ESTIMATED;
    if (!prompt.tools().isEmpty()) {
      ToolTally.Sums tools = tools(counter, prompt, text.workLeft());
      expected += rule.tools() + tools.expected();
      most += rule.tools() + rule.toolsMost() + toolsMost(prompt, tools);
      tier =
          lower(tier, tools.isComplete() ? TokenCountTier.APPROXIMATION : TokenCountTier.ESTIMATED);
    }
    if (!prompt.images().isEmpty()) {
      tier = lower(tier, TokenCountTier.APPROXIMATION);
    }
    if (prompt.attachmentBytes() > 0) {
      expected += Math.ceilDiv(prompt.attachmentBytes(), (long) ATTACHMENT_BYTES_PER_TOKEN);
      most += prompt.attachmentBytes();
      tier = TokenCountTier.ESTIMATED;
    }
    return new TokenCount(expected, Math.max(expected, most), tier);
  }

  /** Agents send the same definitions with each request. */
  private ToolTally.Sums tools(TextCounter counter, Prompt prompt, long work) {
    MessageDigest digest = CountMemory.digest();
    for (String tool : prompt.tools()) {
      byte[] utf8 = Utf8.bytes(tool);
      digest.update(ByteBuffer.allocate(Integer.BYTES).putInt(utf8.length).flip());
      digest.update(utf8);
    }
    Supplier<ToolTally.Sums> count = () -> ToolTally.sums(prompt.tools(), counter, rule, work);
    ToolTally.Sums sums = tools.get(digest, count, ToolTally.Sums::isComplete);
    // They may have been counted whole where more work was left.
    return sums.work() <= work ? sums : count.get();
  }

  private long textMost(Tally text) {
    return rule.tier() == TokenCountTier.EXACT ? text.mostTokens() : text.bytes();
  }

  private long toolsMost(Prompt prompt, ToolTally.Sums tools) {
    long slack = (long) TOOL_MOST * prompt.tools().size();
    return slack
        + (rule.tier() == TokenCountTier.EXACT
            ? tools.most()
            : Math.max(tools.bytes(), tools.expected()));
  }

  private long expectedOverhead(Prompt prompt) {
    long tokens = (long) rule.message() * prompt.messages() + (long) rule.name() * prompt.names();
    if (prompt.messages() > 0) {
      tokens += rule.reply();
    }
    for (Prompt.Image image : prompt.images()) {
      tokens += image.lowDetail() ? rule.imageLow() : rule.image();
    }
    return tokens;
  }

  private long mostOverhead(Prompt prompt) {
    long tokens =
        (long) (rule.message() + rule.messageMost()) * prompt.messages()
            + (long) rule.name() * prompt.names()
            + (long) TEXT_MOST * prompt.texts().size();
    if (prompt.messages() > 0) {
      tokens += rule.reply() + rule.promptMost();
    }
    for (Prompt.Image image : prompt.images()) {
      tokens += image.lowDetail() ? rule.imageLowMost() : rule.imageMost();
    }
    return tokens;
  }

  private static TokenCountTier lower(TokenCountTier a, TokenCountTier b) {
    return a.compareTo(b) >= 0 ? a : b;
  }
}
