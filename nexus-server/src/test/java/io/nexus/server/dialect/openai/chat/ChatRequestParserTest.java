package io.nexus.server.dialect.openai.chat;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nexus.control.money.Bound;
import io.nexus.control.money.ServiceTier;
import io.nexus.server.http.ApiError;
import io.nexus.server.http.ApiException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ChatRequestParserTest {

  private static final String MESSAGES = "\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}]";

  private static ChatRequest parse(String body) {
    return ChatRequestParser.parse(body.replace('\'', '"').getBytes(StandardCharsets.UTF_8));
  }

  private static Bound bound(String fields) {
    return parse("{'model':'m'," + MESSAGES + (fields.isEmpty() ? "" : "," + fields) + "}")
        .needs()
        .bound();
  }

  private static Bound ofPart(String part) {
    return parse("{'model':'m','messages':[{'role':'user','content':[" + part + "]}]}")
        .needs()
        .bound();
  }

  private static String refused(String body) {
    var refusal = assertThrows(ApiException.class, () -> parse(body), body);
    assertEquals(400, refusal.status());
    return String.valueOf(((ApiError) refusal.body()).param());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "'temperature':0.5,'top_p':1,'seed':3,'stop':['a'],'logit_bias':{'1':2},'logprobs':true",
        "'metadata':{'file_id':'mine'},'user':'u','reasoning_effort':'high','store':false",
        "'tools':[{'type':'function','function':{'name':'file_id','parameters':{}}}]",
        "'tools':[{'function':{'name':'f'}},{'type':'custom','custom':{'name':'g'}}]",
        "'functions':[{'name':'f'}],'function_call':{'name':'f'}",
        "'web_search_options':null,'enable_search':false,'previous_response_id':null",
        "'search_parameters':{'mode':'off'},'plugins':[{'id':'response-healing'}]",
        "'provider':{'data_collection':'deny'},'transforms':['middle-out']",
        "'provider':{'order':['a'],'max_price':{'prompt':1,'completion':2}}",
        "'prompt':'a text','something':{'file_id':'unknown to all'}",
      })
  void bound_allInTheBody_isComplete(String fields) {
    assertEquals(List.of(), bound(fields).unbounded());
    assertEquals(0, bound(fields).toolCalls());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "previous_response_id | 'previous_response_id':'resp_1'",
        "conversation | 'conversation':'conv_1'",
        "prompt | 'prompt':{'id':'pmpt_1'}",
        "prompt_id | 'prompt_id':'p'",
        "preset | 'preset':'p'",
        "file_ids | 'file_ids':['f']",
        "cached_content | 'cached_content':'cachedContents/1'",
        "data_sources | 'data_sources':[{'type':'azure_search'}]",
        "container | 'container':'c'",
        "web_search_options | 'web_search_options':{}",
        "web_search | 'web_search':true",
        "enable_search | 'enable_search':true",
        "search_parameters | 'search_parameters':{'mode':'auto'}",
        "plugins | 'plugins':[{'id':'web'}]",
        "plugins | 'plugins':[{'id':'file-parser','pdf':{'engine':'mistral-ocr'}}]",
        "provider | 'provider':{'order':['dear']}",
        "provider | 'provider':{'sort':'throughput'}",
        "tools | 'tools':[{'type':'web_search'}]",
        "tools | 'tools':[{'type':'function','function':{'name':'f'}},{'type':'mcp'}]",
        "tools | 'tools':[{'google_search':{}}]",
      })
  void bound_fieldThatStandsForMore_isNamed(String name, String fields) {
    assertEquals(List.of(name), bound(fields).unbounded());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "messages.content.file.file_id | {'type':'file','file':{'file_id':'file-1'}}",
        "messages.content.file.file_data | {'type':'file','file':{'file_data':'https://x/a.pdf'}}",
        "messages.content.file.url | {'type':'file','file':{'url':'https://x/a.pdf'}}",
        "messages.content.input_audio.url | {'type':'input_audio','input_audio':{'url':'s3://a'}}",
        "messages.content.input_audio.data |"
            + " {'type':'input_audio','input_audio':{'data':'gs://a'}}",
        "messages.content.video_url.url | {'type':'video_url','video_url':{'url':'https://x/v'}}",
        "messages.content.document_url | {'type':'document_url','document_url':'https://x/a'}",
        "messages.content.file_id | {'type':'input_file','file_id':'file-1'}",
        "messages.content.source.url | {'type':'document','source':{'url':'https://x/a.pdf'}}",
        "messages.content.image_file.file_id | {'type':'image_file','image_file':{'file_id':'f'}}",
      })
  void bound_partThatIsElsewhere_isNamed(String name, String part) {
    assertEquals(List.of(name), ofPart(part).unbounded());
  }

  @Test
  void bound_soundOfAnEarlierAnswer_isNamed() {
    var chat =
        parse(
            "{'model':'m','messages':[{'role':'assistant','audio':{'id':'audio_1'}},{'role':'u'}]}");
    assertEquals(List.of("messages.audio.id"), chat.needs().bound().unbounded());
    assertTrue(chat.needs().audio());
  }

  @Test
  void bound_modelWithSearch_isNamed() {
    var chat = parse("{'model':'a/b:online'," + MESSAGES + "}");
    assertEquals(List.of("model"), chat.needs().bound().unbounded());
    assertEquals(5, chat.needs().bound().toolCalls());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "10 | 'web_search_options':{'search_context_size':'low'}",
        "10 | 'tools':[{'type':'web_search'}]",
        "3 | 'tools':[{'type':'web_search','max_uses':3}]",
        "13 | 'tools':[{'type':'web_search','max_uses':3},{'type':'code_interpreter'}]",
        "2 | 'max_tool_calls':2,'tools':[{'type':'web_search'}]",
        "5 | 'plugins':[{'id':'web'}]",
        "8 | 'plugins':[{'id':'web','max_results':8}]",
        "25 | 'search_parameters':{'max_search_results':25}",
      })
  void bound_toolsAtTheProvider_areBoundedInCalls(long calls, String fields) {
    assertEquals(calls, bound(fields).toolCalls());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "0 | 1 | ",
        "7 | 1 | 'max_tokens':7",
        "9 | 1 | 'max_tokens':7,'max_completion_tokens':9",
        "0 | 3 | 'n':3",
        "0 | 5 | 'n':3,'best_of':5",
        "0 | 3 | 'best_of':2,'n':3",
      })
  void bound_output_isTheLimitOfAllThatAreMade(long most, int choices, String fields) {
    var bound = bound(fields == null ? "" : fields);
    assertEquals(most, bound.maxOutputTokens());
    assertEquals(choices, bound.choices());
  }

  @Test
  void bound_prediction_isOutputOfEachChoice() {
    var prediction = "{'type':'content','content':'" + "word ".repeat(100) + "'}";
    assertEquals(prediction.length(), bound("'prediction':" + prediction).moreOutputTokens());
    assertEquals(
        2L * prediction.length(), bound("'n':2,'prediction':" + prediction).moreOutputTokens());
    assertEquals(0, bound("'prediction':null").moreOutputTokens());
  }

  /** Everything that the model may see besides the text of messages. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "'documents':[{'title':'t','text':'@'}]",
        "'documents':[{'@':1}]",
        "'tool_choice':{'type':'allowed_tools','allowed_tools':{'tools':[{'name':'@'}]}}",
        "'function_call':{'name':'@'}",
        "'functions':[{'name':'@'}]",
        "'tools':[{'type':'function','function':{'name':'f','parameters':{'@':1}}}]",
        "'response_format':{'type':'json_schema','json_schema':{'schema':{'@':{}}}}",
        "'nobody_knows':'@'",
        "'nobody_knows':{'@':[1,2,3]}",
        "'extra_body':{'google':{'x':'@'}}",
      })
  void bound_everyByteThatMayBeShown_countsForATokenAtMost(String fields) {
    var chat =
        parse("{'model':'m'," + MESSAGES + "," + fields.replace("@", "x".repeat(5000)) + "}");
    assertTrue(atMost(chat) >= 5000, () -> fields + " counts " + atMost(chat));
    assertTrue(atMost(chat) < 7000, () -> fields + " counts " + atMost(chat));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{'role':'user','content':'@'}",
        "{'role':'user','content':['@']}",
        "{'role':'user','content':[{'type':'text','text':'@'}]}",
        "{'role':'user','content':[{'type':'other','stuff':{'@':true}}]}",
        "{'role':'tool','tool_call_id':'@','content':''}",
        "{'role':'assistant','tool_calls':[{'function':{'name':'f','arguments':'@'}}]}",
        "{'role':'assistant','tool_calls':[{'function':{'name':'f','arguments':{'@':12345}}}]}",
        "{'role':'assistant','reasoning_content':'@'}",
        "{'role':'assistant','@':null}",
        "{'role':'assistant','x':{'a':'@'}}",
        "{'role':'user','content':'','name':'@'}",
      })
  void bound_everyByteOfAMessage_countsForATokenAtMost(String message) {
    var chat = parse("{'model':'m','messages':[" + message.replace("@", "x".repeat(5000)) + "]}");
    assertTrue(atMost(chat) >= 5000, () -> message + " counts " + atMost(chat));
    assertTrue(atMost(chat) < 5300, () -> message + " counts " + atMost(chat));
  }

  @Test
  void bound_argumentsOfACall_numbersAndEscapesCount() {
    var numbers = "1234567890,".repeat(500);
    var chat =
        parse(
            "{'model':'m','messages':[{'role':'assistant','tool_calls':[{'function':{'arguments':["
                + numbers
                + "'"
                + "\\u0001".repeat(1000)
                + "']}}]}]}");
    assertTrue(atMost(chat) >= numbers.length() + 6000, () -> "counts " + atMost(chat));
  }

  /** A token a byte for sound; more for files, most of which are compressed. */
  @Test
  void bound_dataInTheBody_countsByItsSize() {
    var data = "QUJD".repeat(1000);
    assertTrue(ofPart("{'type':'input_audio','input_audio':{'data':'" + data + "'}}").isComplete());
    for (var part :
        List.of(
            "{'type':'file','file':{'filename':'a.pdf','file_data':'data:application/pdf;base64,@'}}",
            "{'type':'file','file':{'file_data':'@'}}",
            "{'type':'image_url','image_url':{'url':'data:application/pdf;base64,@'}}",
            "{'type':'video_url','video_url':{'url':'data:video/mp4;base64,@'}}")) {
      var bound = ofPart(part.replace("@", data));
      assertTrue(bound.isComplete(), part);
      assertTrue(bound.moreInputTokens() >= 7 * 3000 + 2000, () -> part + ": " + bound);
      var small = ofPart(part.replace("@", "QUJD"));
      assertTrue(small.moreInputTokens() >= 2000, "a page is shown as an image");
    }
  }

  @Test
  void bound_tiersAndModels_areThoseNamed() {
    var bound = bound("'service_tier':'priority','speed':'fast','models':['a','b',3]");
    assertEquals(List.of(ServiceTier.PRIORITY, ServiceTier.FAST), bound.tiers());
    assertEquals(List.of("a", "b"), bound.models());
  }

  @ParameterizedTest
  @CsvSource({
    "Max_Tokens, max_tokens",
    "MAX_TOKENS, max_tokens",
    "maxTokens, max_tokens",
    "max-Tokens, max_tokens",
    "max_to\u212Aens, max_tokens",
    "Max_Completion_Tokens, max_completion_tokens",
    "N, n",
    "Best_Of, best_of",
    "MODEL, model",
    "Models, models",
    "Messages, messages",
    "me\u017Fsages, messages",
    "Stream, stream",
    "Stream_Options, stream_options",
    "Tools, tools",
    "Tool_Choice, tool_choice",
    "Functions, functions",
    "Response_Format, response_format",
    "Modalities, modalities",
    "Prediction, prediction",
    "Service_Tier, service_tier",
    "Plugins, plugins",
    "Provider, provider",
    "Web_Search_Options, web_search_options",
    "Previous_Response_Id, previous_response_id",
    "User, user",
  })
  void name_inAnotherSpelling_isRefusedWithTheRightOne(String spelt, String right) {
    var body = "{'model':'m'," + MESSAGES + ",'" + spelt + "':1}";
    var refusal = assertThrows(ApiException.class, () -> parse(body));
    var error = (ApiError) refusal.body();
    assertEquals(right, error.param());
    assertTrue(
        error.message().contains("'" + spelt + "' must be spelt '" + right + "'"), error.message());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "messages.content | {'role':'user','Content':'x'}",
        "messages.role | {'Role':'user','content':'x'}",
        "messages.content.image_url | {'content':[{'type':'image_url','Image_URL':{}}]}",
        "messages.content.file | {'content':[{'type':'file','FILE':{}}]}",
        "messages.content.image_url.detail |"
            + " {'content':[{'image_url':{'url':'x','Detail':'low'}}]}",
        "messages.content.file.file_id | {'content':[{'file':{'File_Id':'x'}}]}",
        "messages.content | {'content':'a','content':'b'}",
        "messages.role | {'role':'user','role':'system','content':'b'}",
        "messages.content.text | {'content':[{'type':'text','text':'a','text':'b'}]}",
        "messages.content.type | {'content':[{'type':'text','text':'a','type':'image_url'}]}",
        "messages.content.image_url | {'content':[{'image_url':{},'image_url':{}}]}",
        "messages.content.image_url.detail |"
            + " {'content':[{'image_url':{'detail':'low','detail':'high'}}]}",
        "messages.content.image_url.url | {'content':[{'image_url':{'url':'a','url':'b'}}]}",
        "messages.content.input_audio.data | {'content':[{'input_audio':{'data':'a','data':'b'}}]}",
        "messages.tool_calls.function | {'tool_calls':[{'function':{},'function':{}}]}",
        "messages.tool_calls.arguments |"
            + " {'tool_calls':[{'function':{'arguments':'a','arguments':''}}]}",
        "messages.tool_calls.text | {'tool_calls':[{'a':{'b':[{'text':1,'text':2}]}}]}",
        "messages.x.max_tokens | {'x':{'max_tokens':1,'max_tokens':2}}",
      })
  void name_belowTheTop_isRefusedTwiceOrInAnotherSpelling(String path, String message) {
    assertEquals(path, refused("{'model':'m','messages':[" + message + "]}"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "user | 'user':'a','user':'b'",
        "tools | 'tools':[],'tools':[]",
        "response_format | 'response_format':{},'response_format':{}",
        "prediction | 'prediction':{},'prediction':{}",
        "service_tier | 'service_tier':'flex','service_tier':'priority'",
        "stream_options.include_usage |"
            + " 'stream_options':{'include_usage':true,'include_usage':false}",
        "stream_options.include_usage | 'stream_options':{'Include_Usage':false}",
        "tools.type | 'tools':[{'type':'function','type':'web_search'}]",
        "tools.max_uses | 'tools':[{'type':'web_search','max_uses':1,'max_uses':100}]",
        "best_of | 'best_of':0",
        "best_of | 'best_of':129",
        "best_of | 'best_of':1.5",
        "best_of | 'best_of':-1",
        "max_tool_calls | 'max_tool_calls':-1",
        "max_tool_calls | 'max_tool_calls':0.5",
        "tools.max_uses | 'tools':[{'type':'web_search','max_uses':1e10}]",
        "tools.max_uses | 'tools':[{'type':'web_search','max_uses':99999999999}]",
        "plugins.max_results | 'plugins':[{'id':'web','max_results':-5}]",
        "search_parameters.max_search_results | 'search_parameters':{'max_search_results':'all'}",
      })
  void field_wrong_isRefusedByItsName(String path, String fields) {
    assertEquals(path, refused("{'model':'m'," + MESSAGES + "," + fields + "}"));
  }

  /** Parameters of the client's own functions and unknown fields are not checked. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "{'role':'user','content':'x','Whatever':1,'whatever':2,'whatever':3}",
        "{'tool_calls':[{'function':{'arguments':{'Text':1,'URL':'http://x','Content':[]}}}]}",
        "{'content':[{'type':'new','new':{'Detail':1,'N':2}}]}",
      })
  void name_ofNobodysBusiness_isNotRefused(String message) {
    var chat =
        parse(
            "{'model':'m','Frequency_Penalty':1,'top_P':0,'x':1,'x':2,'messages':["
                + message
                + "]}");
    assertTrue(chat.needs().bound().isComplete());
  }

  private static long atMost(ChatRequest chat) {
    var prompt = chat.content().prompt();
    long bytes = 0;
    for (var texts : List.of(prompt.texts(), prompt.tools())) {
      for (var text : texts) {
        bytes += text.getBytes(StandardCharsets.UTF_8).length;
      }
    }
    return bytes + chat.needs().bound().moreInputTokens();
  }
}
