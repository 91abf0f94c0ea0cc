package io.nexus.config;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.toml.TomlMapper;
import io.helidon.common.media.type.MediaType;
import io.helidon.common.media.type.MediaTypes;
import io.helidon.config.Config;
import io.helidon.config.spi.ConfigNode;
import io.helidon.config.spi.ConfigNode.ListNode;
import io.helidon.config.spi.ConfigNode.ObjectNode;
import io.helidon.config.spi.ConfigNode.ValueNode;
import io.helidon.config.spi.ConfigParser;
import java.io.IOException;
import java.io.InputStreamReader;
import java.math.BigDecimal;
import java.util.List;
import java.util.Set;

/**
 * Reads TOML 1.0 for Helidon Config. Every value becomes a string node; a decimal number keeps its
 * exact value, for it never passes through a {@code double}.
 *
 * <p>A key that contains a dot is escaped as {@link Config.Key#escapeName} does; {@link
 * Config#name()} gives it back as it was written.
 *
 * <p>Stateless and safe for any number of threads.
 */
public final class TomlConfigParser implements ConfigParser {

  /** The media type that this parses. */
  public static final MediaType MEDIA_TYPE = MediaTypes.create("application/toml");

  /** Scales beyond this are left in scientific notation: written out they could fill the memory. */
  private static final int PLAIN_SCALE = 40;

  /** No configuration needs more, and what reads the nodes recurses. */
  private static final int MAX_DEPTH = 32;

  /** For the service loader. */
  public TomlConfigParser() {}

  @Override
  public Set<MediaType> supportedMediaTypes() {
    return Set.of(MEDIA_TYPE);
  }

  @Override
  public List<String> supportedSuffixes() {
    return List.of("toml");
  }

  /**
   * Parses one document.
   *
   * @throws io.helidon.config.spi.ConfigParserException if it is no TOML or cannot be read; the
   *     message repeats nothing of the document, since that may hold secrets
   */
  @Override
  @SuppressWarnings("deprecation") // It is also the only one that a parser must have.
  public ObjectNode parse(Content content) {
    try (var text = new InputStreamReader(content.data(), content.charset())) {
      return object(new TomlMapper().readTree(text), 0);
    } catch (JacksonException e) {
      throw TomlSyntaxException.of(e);
    } catch (IOException e) {
      throw new TomlSyntaxException("cannot be read", 0, e);
    }
  }

  private static ConfigNode node(JsonNode node, int depth) {
    if (depth > MAX_DEPTH) {
      throw new TomlSyntaxException("tables and lists are nested too deep", 0);
    }
    if (node.isObject()) {
      return object(node, depth);
    }
    if (node.isArray()) {
      var list = ListNode.builder();
      for (var element : node) {
        switch (node(element, depth + 1)) {
          case ObjectNode o -> list.addObject(o);
          case ListNode l -> list.addList(l);
          case ValueNode v -> list.addValue(v);
          default -> throw new IllegalStateException("an element of unknown kind");
        }
      }
      return list.build();
    }
    return ValueNode.create(node.isBigDecimal() ? spelling(node.decimalValue()) : node.asText());
  }

  private static ObjectNode object(JsonNode node, int depth) {
    var object = ObjectNode.builder();
    for (var property : node.properties()) {
      if (property.getKey().isEmpty()) {
        throw new TomlSyntaxException("a key is empty", 0);
      }
      object.addNode(
          Config.Key.escapeName(property.getKey()), node(property.getValue(), depth + 1));
    }
    return object.build();
  }

  private static String spelling(BigDecimal number) {
    return Math.abs((long) number.scale()) <= PLAIN_SCALE
        ? number.toPlainString()
        : number.toString();
  }
}
