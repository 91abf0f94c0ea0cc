package io.nexus.server.pricing;

import io.nexus.control.pricing.Providers;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * The parsed key of an entry in LiteLLM's map: {@code groq/llama-3.1-8b-instant} is Groq's model
 * without the prefix, and {@code azure/hd/1024-x-1792/dall-e-3} is a picture of Azure's {@code
 * dall-e-3}.
 *
 * @param model the model's name at the provider
 * @param picture the picture's size, and after a colon its quality or steps; empty if the key names
 *     none
 * @param pixels how many pixels the picture has; 0 if that is not said
 */
record LiteLlmName(String model, String picture, long pixels) {

  private static final Pattern SIZE = Pattern.compile("(max|[0-9]{2,5})-x-(max|[0-9]{2,5})");
  private static final Pattern QUALITY =
      Pattern.compile("low|medium|high|standard|hd|(?:max|[0-9]+)-steps");

  static LiteLlmName of(String key, String provider) {
    var parts = new ArrayList<>(List.of(key.split("/", -1)));
    var picture = "";
    var quality = "";
    long pixels = 0;
    boolean sized = parts.stream().anyMatch(part -> SIZE.matcher(part).matches());
    for (var each = parts.iterator(); sized && each.hasNext(); ) {
      var part = each.next();
      var size = SIZE.matcher(part);
      if (size.matches()) {
        boolean most = part.contains("max");
        picture = most ? "max" : size.group(1) + "x" + size.group(2);
        pixels = most ? 0 : Long.parseLong(size.group(1)) * Long.parseLong(size.group(2));
        each.remove();
      } else if (QUALITY.matcher(part).matches()) {
        quality = ":" + part;
        each.remove();
      }
    }
    if (parts.size() > 1
        && (Providers.canonical(parts.getFirst()).equals(provider)
            || parts.getFirst().replace('-', '_').equals(provider))) {
      parts.removeFirst();
    }
    return new LiteLlmName(String.join("/", parts), picture + quality, pixels);
  }
}
