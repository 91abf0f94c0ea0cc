package io.nexus.control.tokens;

import io.nexus.control.money.Prompt;

/**
 * The tokens of an image of unknown size.
 *
 * <p>OpenAI's tiles: 85 tokens in low detail, else 85 and 170 for each tile of 512 by 512 after
 * scaling to at most 768 by 2048, so at most 8 tiles; 1024 by 1024 makes 4. gpt-4o-mini counts 2833
 * and 5667 a tile instead. (https://platform.openai.com/docs/guides/images-vision)
 *
 * <p>Other models ignore the requested detail. Their bound is that of Qwen's models, 16384
 * (https://github.com/QwenLM/Qwen2.5-VL), the largest published: 12000 for the 10000 patches at 1.2
 * tokens that OpenAI's newer models take, 4784 for Claude's full resolution
 * (https://docs.claude.com/en/docs/build-with-claude/vision).
 *
 * @param low expected in low detail
 * @param high expected otherwise
 * @param lowBound the most in low detail
 * @param highBound the most otherwise
 */
record ImageTokens(long low, long high, long lowBound, long highBound) {

  private static final ImageTokens TILES = new ImageTokens(85, 85 + 4 * 170, 85, 85 + 8 * 170);
  private static final ImageTokens MINI_TILES =
      new ImageTokens(2833, 2833 + 4 * 5667, 2833, 2833 + 8 * 5667);
  private static final ImageTokens OTHER = new ImageTokens(85, 85 + 4 * 170, 16_384, 16_384);

  /** The counts for a model, by its name. */
  static ImageTokens of(String model) {
    if (model.contains("gpt-4o-mini")) {
      return MINI_TILES;
    }
    return model.contains("gpt-4o") || model.contains("gpt-4-") ? TILES : OTHER;
  }

  long expected(Prompt.Image image) {
    return image.lowDetail() ? low : high;
  }

  long bound(Prompt.Image image) {
    return image.lowDetail() ? lowBound : highBound;
  }
}
