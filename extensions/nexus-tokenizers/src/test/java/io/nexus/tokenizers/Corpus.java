package io.nexus.tokenizers;

import java.util.List;
import java.util.stream.Stream;

/** Texts of many scripts and kinds, short enough to read. */
final class Corpus {
  private Corpus() {}

  static final List<String> LANGUAGES =
      List.of(
          "The quick brown fox jumps over the lazy dog. It isn't what it's been; we'll see, I'd say!",
          "Übergrößenträger müssen während der Straßenbahnfahrt heißen Tee trinken. ÄÖÜ ẞ",
          "L'été dernier, où étiez-vous ? « Ça va », dit-elle : œuvre, cœur, naïveté.",
          "El niño comió piñas; ¿cuántas? ¡Muchísimas! El pingüino también.",
          "Съешь же ещё этих мягких французских булок, да выпей чаю. ЩУКА Ёжик",
          "Ξεσκεπάζω την ψυχοφθόρα βδελυγμία. ΑΒΓΔ ς Σίσυφος",
          "نص حكيم له سر قاطع وذو شأن عظيم مكتوب على ثوب أخضر ومغلف بجلد أزرق، ١٢٣٤٥؟",
          "דג סקרן שט בים מאוכזב ולפתע מצא חברה. שָׁלוֹם עֲלֵיכֶם",
          "ऋषियों को सताने वाले दुष्ट राक्षसों के राजा रावण का सर्वनाश करने वाले १२३ क्षत्रिय",
          "เป็นมนุษย์สุดประเสริฐเลิศคุณค่า กว่าบรรดาฝูงสัตว์เดรัจฉาน ๐๑๒๓",
          "키스의 고유조건은 입술끼리 만나야 하고 특별한 기술은 필요치 않다. ㄱㄴㄷ 한글",
          "いろはにほへと ちりぬるを。カタカナ、ｶﾀｶﾅ、漢字かな交じり文「テスト」ー・〜",
          "天地玄黃，宇宙洪荒。日月盈昃，辰宿列張。𠮷野家で𩸽を食べる。㐀㐁",
          "Příliš žluťoučký kůň úpěl ďábelské ódy. Pchnąć w tę łódź jeża lub ośm skrzyń fig.",
          "Đây là tiếng Việt: Nguyễn, phở, đường, trường học. Tiếng Việt",
          "தமிழ் மொழி மிகவும் பழமையானது ஶ்ரீ. తెలుగు ಕನ್ನಡ മലയാളം বাংলা ਪੰਜਾਬੀ ગુજરાતી",
          "ქართული ენა ႠႡႢ ⴀⴁ ᲐᲑᲒ. Հայերեն լեզու և ԱԲԳ. አማርኛ ቋንቋ",
          "ᠮᠣᠩᠭᠣᠯ བོད་སྐད་ ខ្មែរ ລາວ မြန်မာ ᓀᐦᐃᔭᐍᐏᐣ ᏣᎳᎩ ꙀꙁꙂ 𐐀𐐨 𞤀𞤢 𝐀𝐛𝟘 ǅ ǈ ᾈ");

  static final List<String> SYMBOLS =
      List.of(
          "👨‍👩‍👧‍👦 👩🏽‍💻 🏳️‍🌈 🇩🇪🇫🇷 👍🏿👍 ☃️ ❤️‍🔥 1️⃣ #️⃣ 🫠🪿",
          "e\u0301 a\u0308\u0304 Z\u0351\u036b\u0343 n\u0303o\u0302 \u0301start \u0301\u0301 .\u0301x x\u20dd \u0903k",
          "0 12 123 1234 12345 1,234,567.89 3.14159e-10 0xFF ½ ⅓ ² ³ Ⅷ ⅷ ① ㊿ ٣٤٥ ४५६७ 𝟙𝟚𝟛𝟜 一二三 1st 2nd",
          "I'm you're he's she'd we'll they've don't I'M YOU'RE HE'S SHE'D WE'LL THEY'VE DON'T it'\u017f IT'\u017f '\u017f '\u017fo 'LL 're've '' 's't ''s x'y x's's ſ'ſ",
          "a'b'c 'tis 'twas o'clock 'the 'S 'sABC 'llama 'vex 'really rock'n'roll A's ABC's中's É's 中'd Abc'LLdef",
          "camelCase PascalCase SCREAMING_CASE snake_case kebab-case HTTPServer XMLHttpRequest iPhone eBay McDonald ABCdefGHI中文ABCdef中ABC",
          "...!!! ??? --- === *** ~~~ ### $$$ %%% ^^^ &&& ((( ))) [[[ ]]] {{{ }}} <<< >>> ||| \\\\\\ /// ::: ;;; ,,,",
          "https://example.com/a/b?c=d&e=f#g //path//to/// ./a/../b /\n//\r\n/ x/\n/y !/\n/!\n\n",
          "“quotes” ‘single’ „low“ «guillemets» – — … • † ‡ § ¶ © ® ™ € £ ¥ ₿ ° ± × ÷ ≠ ≤ ∞ ∑ √ ∫ α→β ⇒",
          "<|endoftext|> <|im_start|>user<|im_sep|> <|fim_prefix|> [INST] </s> <s>",
          "\u0000\u0001\u0002\u001b[31mred\u001b[0m \u007f\u0080\u009f \ufeff \ufffd \ufffe \uffff \u00ad\u200b\u200c\u200d\u2060",
          "\ud800 \udc00 a\ud800b \udfff\ud800 x\ud83d '\udc00s \ud800\ud800\udc00 .\ud800. 1\ud8001");

  static final List<String> SPACES =
      List.of(
          "",
          " ",
          "  ",
          "\n",
          "\r\n",
          "\t",
          " \n ",
          "a ",
          "a  ",
          "a\n",
          "a\n\n  ",
          "  a",
          "   a",
          "\ta",
          "\t\ta",
          " \ta",
          "\t a",
          "a \n b",
          "a\r\n\r\n   \r\n b",
          "a\n \n  \n   b  ",
          "x  1",
          "x 1",
          "x   1 ",
          " .  .   .",
          " !\n\n \n!",
          "\u00a0a \u00a0 a\u00a0\u00a0b",
          "\u2003\u2003word\u3000\u3000字\u3000",
          "\u2028\u2029\u0085\u000b\f\u1680 x \u2028y\u0085z",
          "a\u000bb\fc\u0085d\u2029\n\u2029 e");

  static final List<String> CODE =
      List.of(
          "public static void main(String[] args) {\n    System.out.println(\"Hello, \\\"World\\\"!\");\n}\n",
          "def f(x: int) -> list[str]:\n\treturn [f\"{i:>{x}}\" for i in range(10) if i % 2 == 0]  # comment\n",
          "const f = async ({a, ...rest}) => await fetch(`/api/${a}?x=${rest.x ?? null}`);\r\n",
          "#include <stdio.h>\nint main(void){for(int i=0;i<10;++i)printf(\"%d\\n\",i);return 0;}\n",
          "SELECT u.id, COUNT(*) FROM users u LEFT JOIN orders o ON o.user_id = u.id WHERE u.name LIKE '%O''Neil%' GROUP BY 1;",
          "{\"model\":\"gpt-4o\",\"messages\":[{\"role\":\"user\",\"content\":\"\\u00e9\\n\"}],\"temperature\":0.7}",
          "<html><body class=\"a b\"><!-- c --><p>x &amp; y</p></body></html>",
          "fn main() -> Result<(), Box<dyn Error>> { let x = vec![1u8; 10]; Ok(()) }",
          "$ grep -rn \"foo\" ./src | awk '{print $1}' > /dev/null 2>&1 && echo 'done'",
          "diff --git a/x b/x\n@@ -1,3 +1,3 @@\n-old\n+new\n unchanged\n",
          "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==",
          "550e8400-e29b-41d4-a716-446655440000 d41d8cd98f00b204e9800998ecf8427e 2024-02-29T23:59:59.999Z 192.168.0.1 ::1");

  static Stream<String> all() {
    return Stream.of(LANGUAGES, SYMBOLS, SPACES, CODE).flatMap(List::stream);
  }
}
