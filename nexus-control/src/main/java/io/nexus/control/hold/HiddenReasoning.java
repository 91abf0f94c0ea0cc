package io.nexus.control.hold;

import java.util.regex.Pattern;

/**
 * Models that bill for reasoning which they do not stream: metering their stream does not show what
 * it costs.
 *
 * @see <a href="https://platform.openai.com/docs/guides/reasoning">OpenAI on reasoning tokens</a>
 */
final class HiddenReasoning {

  private static final Pattern MODELS = Pattern.compile("(?:.*/)?(?:ft:)?(?:o[1-9]|gpt-[5-9]).*");

  private HiddenReasoning() {}

  static boolean isLikely(String model) {
    return MODELS.matcher(model).matches();
  }
}
