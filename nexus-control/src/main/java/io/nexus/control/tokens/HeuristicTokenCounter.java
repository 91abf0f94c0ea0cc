package io.nexus.control.tokens;

import io.nexus.control.money.Prompt;
import io.nexus.control.money.TokenCount;
import io.nexus.control.money.TokenCountTier;
import io.nexus.control.spi.TokenCounter;
import java.util.List;
import java.util.Optional;

/**
 * Estimates the tokens of any model's prompt from the length of its text: a token for four
 * characters, plus 15 percent. It answers for every model, so it is asked last.
 *
 * <p>An answer without a report is charged by such a count, so text that is denser than prose
 * counts more: {@link DenseText}.
 *
 * <p>Expected, as <a
 * href="https://cookbook.openai.com/examples/how_to_count_tokens_with_tiktoken">OpenAI counts
 * chats</a>: 3 tokens for each message, 1 for a name, 3 for the reply; tools as the text of their
 * JSON; images as {@link ImageTokens} says; a token for 32 bytes of an attachment, typical of a
 * page of a PDF file.
 *
 * <p>At most: one token for each byte of the text in UTF-8, since a token of a byte-level
 * vocabulary covers at least one byte; 8 for the control tokens around each message; 530 for the
 * instructions that a provider adds where there are tools, the most that <a
 * href="https://docs.claude.com/en/docs/agents-and-tools/tool-use/overview">Anthropic names</a>; a
 * token for each byte of an attachment.
 *
 * <p>Safe for any number of threads.
 */
public final class HeuristicTokenCounter implements TokenCounter {

  private static final int PER_MESSAGE = 3;
  private static final int PER_MESSAGE_BOUND = 8;
  private static final int PER_NAME = 1;
  private static final int REPLY = 3;
  private static final int REPLY_BOUND = 8;
  private static final int TOOLS_BOUND = 530;
  private static final int ATTACHMENT_BYTES_A_TOKEN = 32;

  /** Creates a counter without state. */
  public HeuristicTokenCounter() {}

  @Override
  public String name() {
    return "heuristic";
  }

  /** Always present. */
  @Override
  public Optional<ForModel> forModel(String model) {
    return Optional.of(new Estimate(ImageTokens.of(model)));
  }

  private record Estimate(ImageTokens imageTokens) implements ForModel {

    @Override
    public TokenCountTier tier() {
      return TokenCountTier.ESTIMATED;
    }

    @Override
    public TokenCount count(Prompt prompt) {
      long chars = chars(prompt.texts()) + chars(prompt.tools());
      long tokens =
          tokens(chars)
              + (long) PER_MESSAGE * prompt.messages()
              + (long) PER_NAME * prompt.names()
              + REPLY
              + Math.ceilDiv(prompt.attachmentBytes(), ATTACHMENT_BYTES_A_TOKEN);
      long bound =
          bytes(prompt.texts())
              + bytes(prompt.tools())
              + (long) PER_MESSAGE_BOUND * prompt.messages()
              + (long) PER_NAME * prompt.names()
              + REPLY_BOUND
              + (prompt.tools().isEmpty() ? 0 : TOOLS_BOUND)
              + prompt.attachmentBytes();
      for (var image : prompt.images()) {
        tokens += imageTokens.expected(image);
        bound += imageTokens.bound(image);
      }
      return new TokenCount(tokens, bound, TokenCountTier.ESTIMATED);
    }

    @Override
    public long count(CharSequence text) {
      return Math.max(tokens(text.length()), DenseText.tokens(text));
    }
  }

  /** {@code ceil(chars / 4 * 1.15)} in whole numbers. */
  private static long tokens(long chars) {
    return Math.ceilDiv(chars * 23, 80L);
  }

  private static long chars(List<String> texts) {
    long chars = 0;
    for (var text : texts) {
      chars += text.length();
    }
    return chars;
  }

  private static long bytes(List<String> texts) {
    long bytes = 0;
    for (var text : texts) {
      bytes += Utf8.length(text);
    }
    return bytes;
  }
}
