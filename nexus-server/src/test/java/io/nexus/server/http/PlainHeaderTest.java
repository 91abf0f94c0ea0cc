package io.nexus.server.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.helidon.common.buffers.BufferData;
import io.helidon.http.Header;
import io.helidon.http.HeaderNames;
import io.helidon.http.HeaderValues;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PlainHeaderTest {

  private static final PlainHeader.Name COST = new PlainHeader.Name("X-Nexus-Cost");

  private static String written(Header header) {
    var buffer = BufferData.growing(16);
    header.writeHttp1Header(buffer);
    return new String(buffer.readBytes(), StandardCharsets.ISO_8859_1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"0.0023", "text/event-stream; charset=utf-8", "a \"b\" ~", "7"})
  void of_plainValue_isWrittenAsTheServerWouldWriteIt(String value) {
    for (var name : List.of(COST, new PlainHeader.Name(HeaderNames.CONTENT_TYPE))) {
      var header = name.of(value);
      assertInstanceOf(PlainHeader.class, header);
      header.validate();
      var usual = HeaderValues.create(header.headerName(), value);
      usual.validate();
      assertEquals(written(usual), written(header));
      assertEquals(usual.name(), header.name());
      assertEquals(value, header.get());
      assertEquals(usual.values(), header.values());
      assertEquals(usual.allValues(), header.allValues());
      assertEquals(usual.valueCount(), header.valueCount());
      assertEquals(usual.asOptional(), header.asOptional());
      assertEquals(value, header.asString().get());
      assertFalse(header.sensitive());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"a\r\nSet-Cookie: b=c", "a\nb", "a\rb", "a\u0000b", "a\u007f"})
  void of_valueThatWouldSplitTheHead_isRefusedByTheServer(String value) {
    var header = COST.of(value);
    assertFalse(header instanceof PlainHeader);
    assertThrows(IllegalArgumentException.class, header::validate);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "K\u00f6ln", "\u4eac\u90fd", "a\tb"})
  void of_otherValue_isLeftToTheServer(String value) {
    assertFalse(COST.of(value) instanceof PlainHeader);
  }
}
