package io.nexus.server.dialect.rerank;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.nexus.control.money.PriceKind;
import io.nexus.control.money.Usage;
import io.nexus.control.routing.Api;
import io.nexus.control.spi.BackendRequest;
import io.nexus.server.dialect.Asked;
import io.nexus.server.dialect.Call;
import io.nexus.server.dialect.Dialect;
import io.nexus.server.dialect.Json;
import io.nexus.server.dialect.Span;
import io.nexus.server.dialect.request.FieldNames;
import io.nexus.server.dialect.request.RequestContent;
import io.nexus.server.dialect.request.RequestFields;
import io.nexus.server.dialect.units.UnitReading;
import io.nexus.server.dialect.units.UnitReport;
import io.nexus.server.dialect.units.UnitRequest;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The rerank APIs. A search is a query with up to a hundred documents; a document that has more
 * than 500 tokens together with the query counts as several.
 *
 * @see <a href="https://cohere.com/pricing">Cohere on search units</a>
 */
public final class RerankDialect implements Dialect {

  private static final FieldNames NAMES =
      new FieldNames("model", "query", "documents", "texts", "user", "extra_body");

  private static final long DOCUMENTS_A_SEARCH = 100;
  private static final long TOKENS_A_DOCUMENT = 500;

  /** The least tokens of a document in one part, however long the query is. */
  private static final long LEAST_TOKENS_A_DOCUMENT = 250;

  @Override
  public Api api() {
    return Api.RERANK;
  }

  /** Both versions go to the backend's {@code /rerank}; the backend's address has the version. */
  @Override
  public List<String> paths() {
    return List.of("/v1/rerank", "/v2/rerank");
  }

  @Override
  public Asked read(Call call) {
    var body = call.bodyWithModel();
    try (var json = Json.parser(body)) {
      return new Parser(json).read(body);
    } catch (IOException e) {
      throw RequestFields.notJson(e);
    }
  }

  /** Parses one request. */
  private static final class Parser {
    private final JsonParser json;
    private String model = "";
    private String user = "";
    private @Nullable Span modelAt;
    private long queryBytes;
    private boolean hasDocuments;
    private long documents;
    private long documentBytes;
    private long chunks;

    Parser(JsonParser json) {
      this.json = json;
    }

    Asked read(byte[] body) throws IOException {
      var _ = RequestFields.each(json, NAMES, this::field);
      if (modelAt == null) {
        throw RequestFields.missing("model");
      }
      if (queryBytes == 0) {
        throw RequestFields.missing("query");
      }
      if (!hasDocuments) {
        throw RequestFields.missing("documents");
      }
      return new UnitRequest(
          new RequestContent(body, UnitRequest.prompt(List.of())),
          model,
          modelAt,
          UnitRequest.needs(Api.RERANK, false, ways()),
          user,
          "/rerank",
          BackendRequest.JSON,
          1,
          new Searches());
    }

    private void field(String name) throws IOException {
      switch (name) {
        case "model" -> {
          int from = Json.start(json);
          model = RequestFields.model(json);
          modelAt = new Span(from, Json.end(json));
        }
        case "user" -> user = RequestFields.user(json);
        case "query" -> queryBytes = bytes();
        case "documents", "texts" -> documents(name);
        default -> json.skipChildren();
      }
    }

    private void documents(String name) throws IOException {
      if (json.currentToken() != JsonToken.START_ARRAY) {
        throw RequestFields.wrongType(name, "an array");
      }
      hasDocuments = true;
      while (json.nextToken() != JsonToken.END_ARRAY) {
        long bytes = bytes();
        documents++;
        documentBytes += bytes;
        // The query may follow the documents, so the least space beside it is assumed.
        chunks += Math.max(1, Math.ceilDiv(bytes, LEAST_TOKENS_A_DOCUMENT));
      }
    }

    private long bytes() throws IOException {
      int from = Json.start(json);
      json.skipChildren();
      return (long) Json.end(json) - from;
    }

    /** The most searches, or the most tokens: one a byte, the query again with each document. */
    private List<Usage> ways() {
      long parts = documentBytes <= TOKENS_A_DOCUMENT - queryBytes ? documents : chunks;
      long searches = Math.max(1, Math.ceilDiv(parts, DOCUMENTS_A_SEARCH));
      long tokens = documentBytes + queryBytes * Math.max(1, Math.max(documents, chunks));
      return List.of(Usage.NONE.with(PriceKind.QUERY, searches), Usage.of(tokens, 0));
    }
  }

  /** Reads the searches that answers report. */
  private record Searches() implements UnitReading {

    @Override
    public List<Usage> reported(UnitReport report) {
      return report.searches() == 0
          ? List.of()
          : List.of(Usage.NONE.with(PriceKind.QUERY, report.searches()));
    }

    /** Some report only the total tokens, without input and output. */
    @Override
    public Usage tokens(Usage reported) {
      return Usage.of(reported.inputTokens() + reported.outputTokens(), 0);
    }
  }
}
