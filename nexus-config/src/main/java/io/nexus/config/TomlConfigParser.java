package io.nexus.config;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonParser.NumberType;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.dataformat.toml.TomlFactory;
import io.helidon.common.media.type.MediaType;
import io.helidon.common.media.type.MediaTypes;
import io.helidon.config.Config;
import io.helidon.config.spi.ConfigNode.ListNode;
import io.helidon.config.spi.ConfigNode.ObjectNode;
import io.helidon.config.spi.ConfigParser;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.math.BigDecimal;
import java.util.List;
import java.util.Set;

/**
 * Reads TOML 1.0 for Helidon Config. Every value becomes a string node; decimal numbers keep their
 * exact value and never pass through a {@code double}.
 *
 * <p>A key that contains a dot is escaped as {@link Config.Key#escapeName} does; {@link
 * Config#name()} returns the original.
 *
 * <p>Stateless and safe for any number of threads.
 */
public final class TomlConfigParser implements ConfigParser {

  /** The media type that this parses. */
  public static final MediaType MEDIA_TYPE = MediaTypes.create("application/toml");

  // Without a mapper, whose classes would add 50 ms to the start.
  private static final TomlFactory FACTORY = new TomlFactory();

  /** Larger scales stay in scientific notation: expanded they could fill the memory. */
  private static final int PLAIN_SCALE = 40;

  /** No configuration needs more, and the readers of nodes recurse. */
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
   * @throws io.helidon.config.spi.ConfigParserException if it is not TOML or cannot be read; the
   *     message quotes nothing of the document, which may contain secrets
   */
  @Override
  @SuppressWarnings("deprecation") // It is also the only one that a parser must support.
  public ObjectNode parse(Content content) {
    return parse(new InputStreamReader(content.data(), content.charset()));
  }

  /** Parses a text and closes the reader. */
  static ObjectNode parse(Reader text) {
    try (text;
        var toml = FACTORY.createParser(text)) {
      toml.nextToken();
      return object(toml, 0);
    } catch (JacksonException e) {
      throw TomlSyntaxException.of(e);
    } catch (IOException e) {
      throw new TomlSyntaxException("cannot be read", 0, e);
    }
  }

  /** Reads the table that starts at the current token; afterwards the current token is its end. */
  static ObjectNode object(JsonParser toml, int depth) throws IOException {
    var object = ObjectNode.builder();
    while (toml.nextToken() != JsonToken.END_OBJECT) {
      var key = toml.currentName();
      if (key.isEmpty()) {
        throw new TomlSyntaxException("a key is empty", 0);
      }
      var name = Config.Key.escapeName(key);
      var start = toml.nextToken();
      if (start == JsonToken.START_OBJECT) {
        object.addObject(name, object(toml, deeper(depth)));
      } else if (start == JsonToken.START_ARRAY) {
        object.addList(name, list(toml, deeper(depth)));
      } else {
        object.addValue(name, value(toml));
      }
    }
    return object.build();
  }

  private static ListNode list(JsonParser toml, int depth) throws IOException {
    var list = ListNode.builder();
    for (var token = toml.nextToken(); token != JsonToken.END_ARRAY; token = toml.nextToken()) {
      if (token == JsonToken.START_OBJECT) {
        list.addObject(object(toml, deeper(depth)));
      } else if (token == JsonToken.START_ARRAY) {
        list.addList(list(toml, deeper(depth)));
      } else {
        list.addValue(value(toml));
      }
    }
    return list.build();
  }

  private static int deeper(int depth) {
    if (depth >= MAX_DEPTH) {
      throw new TomlSyntaxException("tables and lists are nested too deep", 0);
    }
    return depth + 1;
  }

  private static String value(JsonParser toml) throws IOException {
    boolean decimal =
        toml.currentToken() == JsonToken.VALUE_NUMBER_FLOAT
            && toml.getNumberType() == NumberType.BIG_DECIMAL;
    return decimal ? spelling(toml.getDecimalValue().stripTrailingZeros()) : toml.getText();
  }

  private static String spelling(BigDecimal number) {
    return Math.abs((long) number.scale()) <= PLAIN_SCALE
        ? number.toPlainString()
        : number.toString();
  }
}
