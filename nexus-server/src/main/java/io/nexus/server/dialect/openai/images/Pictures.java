package io.nexus.server.dialect.openai.images;

import io.nexus.control.money.Item;
import io.nexus.control.money.PriceKind;
import io.nexus.control.money.Usage;
import io.nexus.server.dialect.units.UnitReading;
import io.nexus.server.dialect.units.UnitReport;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * The images that a request asks for, per alternative way of billing: by image, step, pixel or
 * token.
 *
 * @param model the model
 * @param count the number of images
 * @param size such as {@code 1024x1024}; empty or {@code auto} if the model chooses it
 * @param quality such as {@code high}; empty or {@code auto} if the model chooses it
 * @param steps the steps of each; 0 if the model chooses them
 * @param partials the number of unfinished versions shown of each
 * @param sent the number of images in the request
 */
record Pictures(
    String model, int count, String size, String quality, int steps, int partials, int sent)
    implements UnitReading {

  /** More steps than any model takes. */
  static final int MOST_STEPS = 1000;

  private static final int USUAL_STEPS = 50;

  /**
   * The pixels of a token at high quality: 1024x1024 pixels are 4,160 tokens and 1024x1536 are
   * 6,240.
   *
   * @see <a href="https://platform.openai.com/docs/guides/image-generation">Cost and latency</a>
   */
  private static final int PIXELS_A_TOKEN = 252;

  private static final int TOKENS_A_PARTIAL = 100;

  /** The tokens of an image sent in high fidelity: the largest possible, and its detail. */
  private static final int TOKENS_A_SENT = 10_500;

  /** The largest of the default sizes. */
  private static final long USUAL_PIXELS = 1024 * 1536;

  private static final Pattern SIZE = Pattern.compile("(\\d{1,5})x(\\d{1,5})");

  /** The most units that all images use. */
  List<Usage> asked() {
    return ways(count, named(size, "1024x1024"), named(quality, "standard"));
  }

  @Override
  public Usage tokens(Usage reported) {
    boolean isPlain = reported.extra(PriceKind.OUTPUT_IMAGE) == 0;
    return isPlain && reported.outputTokens() > 0
        ? reported.with(PriceKind.OUTPUT_IMAGE, reported.outputTokens())
        : reported;
  }

  @Override
  public List<Usage> counted(byte[] body, UnitReport report) {
    if (report.pictures() == 0) {
      return List.of();
    }
    var made = report.size().isEmpty() ? named(size, "1024x1024") : report.size();
    var how = report.quality().isEmpty() ? named(quality, "standard") : report.quality();
    return ways(report.pictures(), made, how);
  }

  /** The older models have a default size and quality; those of others are unknown. */
  private String named(String value, String usual) {
    if (value.isEmpty() || value.equals("auto")) {
      return model.toLowerCase(Locale.ROOT).contains("dall-e") ? usual : "";
    }
    return value;
  }

  private List<Usage> ways(int made, String large, String fine) {
    var variant = large.isEmpty() || fine.isEmpty() ? large : large + ':' + fine;
    long pixels = pixels(large);
    var ways = new ArrayList<Usage>(4);
    ways.add(Usage.NONE.with(new Item(PriceKind.IMAGE, variant), made));
    ways.add(
        Usage.NONE.with(PriceKind.IMAGE_STEP, (long) made * (steps > 0 ? steps : USUAL_STEPS)));
    ways.add(Usage.NONE.with(PriceKind.PIXEL, made * pixels));
    long output = made * (pixels / PIXELS_A_TOKEN + 1 + (long) partials * TOKENS_A_PARTIAL);
    long input = (long) sent * TOKENS_A_SENT;
    ways.add(
        Usage.of(input, output)
            .with(PriceKind.OUTPUT_IMAGE, output)
            .with(PriceKind.INPUT_IMAGE, input));
    return ways;
  }

  private static long pixels(String size) {
    var sides = SIZE.matcher(size);
    return sides.matches()
        ? Long.parseLong(sides.group(1)) * Long.parseLong(sides.group(2))
        : USUAL_PIXELS;
  }
}
