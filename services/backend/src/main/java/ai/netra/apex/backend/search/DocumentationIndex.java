package ai.netra.apex.backend.search;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.apache.lucene.analysis.Analyzer;
import org.apache.lucene.analysis.CharArraySet;
import org.apache.lucene.analysis.TokenStream;
import org.apache.lucene.analysis.en.EnglishAnalyzer;
import org.apache.lucene.analysis.tokenattributes.CharTermAttribute;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.Field;
import org.apache.lucene.document.StoredField;
import org.apache.lucene.document.TextField;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.Term;
import org.apache.lucene.search.BooleanClause;
import org.apache.lucene.search.BooleanQuery;
import org.apache.lucene.search.BoostQuery;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.ScoreDoc;
import org.apache.lucene.search.TermQuery;
import org.apache.lucene.store.ByteBuffersDirectory;
import org.springframework.core.io.Resource;
import org.springframework.core.io.support.PathMatchingResourcePatternResolver;

/**
 * The documentation that ships with the build, searched by BM25 in memory: it answers also while
 * every database is away. Thread-safe.
 */
public final class DocumentationIndex {

    private static final String ROOT = "documentation/";
    private static final int MAX_QUESTION = 500;
    private static final float TITLE = 2.0f;
    private static final float HEADING = 3.0f;

    /** Words of questions that say nothing about their subject. */
    private static final Set<String> QUESTION_WORDS =
            Set.of(
                    "a", "about", "all", "also", "am", "an", "and", "any", "are", "as", "at", "be",
                    "but", "by", "can", "could", "did", "do", "does", "else", "explain", "for",
                    "from", "get", "give", "has", "have", "how", "i", "if", "in", "into", "is",
                    "it", "its", "just", "know", "let", "like", "me", "mean", "means", "my", "need",
                    "no", "not", "of", "on", "or", "our", "please", "shall", "should", "show", "so",
                    "some", "such", "tell", "than", "that", "the", "their", "them", "then", "there",
                    "these", "they", "this", "to", "us", "want", "was", "we", "were", "what",
                    "when", "where", "which", "who", "why", "will", "with", "would", "you", "your",
                    "apex", "netra", "s", "t");

    private final Analyzer analyzer = new EnglishAnalyzer(new CharArraySet(QUESTION_WORDS, true));
    private final List<Section> sections;
    private final IndexSearcher searcher;

    /** An index over these sections. */
    public DocumentationIndex(Collection<Section> sections) {
        this.sections = List.copyOf(sections);
        try {
            var directory = new ByteBuffersDirectory();
            try (var writer = new IndexWriter(directory, new IndexWriterConfig(analyzer))) {
                for (int i = 0; i < this.sections.size(); i++) {
                    writer.addDocument(document(i, this.sections.get(i)));
                }
            }
            searcher = new IndexSearcher(DirectoryReader.open(directory));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The index over the pages in this build. */
    public static DocumentationIndex ofThisBuild() {
        List<Section> sections = new ArrayList<>();
        try {
            var resolver = new PathMatchingResourcePatternResolver();
            for (Resource page : resolver.getResources("classpath*:" + ROOT + "**/*.md")) {
                String url = page.getURL().toString();
                String path = url.substring(url.lastIndexOf(ROOT) + ROOT.length());
                sections.addAll(
                        MarkdownSections.of(path, page.getContentAsString(StandardCharsets.UTF_8)));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return new DocumentationIndex(sections);
    }

    /** A section that fits a question, and how well; higher is better. */
    public record Hit(Section section, String passage, double score, double coverage) {}

    /** How many sections there are. */
    public int size() {
        return sections.size();
    }

    /** Whether nothing is left of {@code question} without its question words. */
    public boolean isEmpty(String question) {
        return terms(question).isEmpty();
    }

    /**
     * Sections that hold at least half of the question's words, best first.
     *
     * @param limit at most so many, from 1
     */
    public List<Hit> search(String question, int limit) {
        Set<String> terms = terms(question.substring(0, Math.min(MAX_QUESTION, question.length())));
        if (terms.isEmpty() || sections.isEmpty()) {
            return List.of();
        }
        var query = new BooleanQuery.Builder();
        for (String term : terms) {
            var anywhere = new BooleanQuery.Builder();
            anywhere.add(new TermQuery(new Term("text", term)), BooleanClause.Occur.SHOULD);
            anywhere.add(
                    new BoostQuery(new TermQuery(new Term("heading", term)), HEADING),
                    BooleanClause.Occur.SHOULD);
            anywhere.add(
                    new BoostQuery(new TermQuery(new Term("title", term)), TITLE),
                    BooleanClause.Occur.SHOULD);
            query.add(anywhere.build(), BooleanClause.Occur.SHOULD);
        }
        query.setMinimumNumberShouldMatch((terms.size() + 1) / 2);
        try {
            List<Hit> hits = new ArrayList<>();
            for (ScoreDoc found : searcher.search(query.build(), limit).scoreDocs) {
                int index =
                        searcher.storedFields()
                                .document(found.doc)
                                .getField("index")
                                .numericValue()
                                .intValue();
                Section section = sections.get(index);
                Set<String> here =
                        terms(section.title() + " " + section.heading() + " " + section.text());
                double covered = terms.stream().filter(here::contains).count();
                hits.add(
                        new Hit(
                                section,
                                Passages.best(section.text(), terms, this::terms),
                                found.score,
                                covered / terms.size()));
            }
            return hits;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Document document(int index, Section section) {
        var document = new Document();
        document.add(new StoredField("index", index));
        document.add(new TextField("title", section.title(), Field.Store.NO));
        document.add(new TextField("heading", section.heading(), Field.Store.NO));
        document.add(new TextField("text", section.text(), Field.Store.NO));
        return document;
    }

    private Set<String> terms(String text) {
        Set<String> terms = new LinkedHashSet<>();
        try (TokenStream tokens = analyzer.tokenStream("text", text)) {
            var term = tokens.addAttribute(CharTermAttribute.class);
            tokens.reset();
            while (tokens.incrementToken()) {
                terms.add(term.toString());
            }
            tokens.end();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return terms;
    }
}
