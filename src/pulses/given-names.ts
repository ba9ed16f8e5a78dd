/**
 * Given names that are common in Britain, for marking what a comment looks as if it named; families' names are told by their capitals alone.
 * A hint to whoever reads: a name that is missing here is still found where it begins with a capital inside a sentence.
 */

const set = (...lines: string[]): ReadonlySet<string> => new Set(lines.join(' ').split(' '));

/** In whatever case they are typed. */
export const GIVEN_NAMES = set(
  'aaliyah aaron abdul abdullah abigail abu adam adele adrian agnes ahmad ahmed aidan aileen aisha aisling alan alastair albert alex alexander',
  'alexandra alfie alfred ali alice alison alistair aliyah allan alma amanda amar amelia amina amir amit amy ana anastasia andrea andrei andrew',
  'andy angela angus anil anita anja ann anna annabel anne annette annie anthony antonia antonio anya archie arjun arthur arun asha ashley asif',
  'audrey austin ava ayesha aysha babar barbara barry beatrice becky belinda ben benjamin bernadette bernard beth bethany betty beverley bilal',
  'billy bogdan brenda brendan brian bridget bronwyn bruce bryan bryony caitlin callum cameron camilla carla carl carmen caroline carolyn',
  'catherine cathy cecilia cerys charles charlie charlotte cheryl chidi chloe chris christina christine christopher ciara claire clara clare',
  'claudia clive colette colin connor constance cormac craig cynthia daniel danielle danny darren dave david deborah debbie deepa deepak deirdre',
  'denise dennis derek desmond diana diane dilip dmitri dominic donald donna doreen doris dorothy douglas duncan dylan eamon eddie edith edward',
  'eileen elaine eleanor elena eli elijah elizabeth ella ellen ellie elsie emily emma emmanuel eric erica erin esme esther ethan eugene eva evan',
  'eve evelyn evie farah fatima fatimah faye felicity fiona francesca frances francis freddie freya gareth gary gavin gemma geoff geoffrey george',
  'georgina gerald geraldine gerard gillian gina gladys glenda glenn gloria gordon graeme graham greg gregory gurpreet gwen gwyneth hamza hannah',
  'hanna harold harpreet harriet harry hasan hassan hayley heidi helen helena henry hilary hugh hugo hussain hussein ian ibrahim ifeoma imogen',
  'imran ines inga ingrid irene irina isaac isabel isabella isabelle isla ismail ivan jacob jacqueline jacqui jagdeep jake jamal james jamie jan',
  'jane janet janice jaroslaw jasmine jason jaspreet javed jayne jeanette jeff jeffrey jemma jennifer jenny jeremy jerome jess jessica jim jimmy',
  'joan joann joanna joanne joe joel johanna john johnny jon jonathan joseph josephine joshua joyce juan judith judy jules julia julian juliana',
  'julie juliet karen karim karl kate katarzyna katherine kathleen kathryn kathy katie katrina kaur kay keiran keith kelly kelvin kenneth kerry',
  'kevin khadija khalid kieran kim kimberley kiran kirsten kirsty krishna kristina krzysztof kumar kwame kyle lakshmi lara laura lauren laurence',
  'layla leah leanne lee leila lena leo leon leonard leroy leslie lesley lewis liam lilian linda lindsay lindsey lisa liz liza logan lorna',
  'lorraine louis louisa louise lucas lucia lucy luis luke lydia lyn lynda lynn lynne mabel madeleine madison magda magdalena mahmood malcolm',
  'malik mandy manjit marcin marcus margaret maria mariam marie marilyn marina marion marjorie marlene martha martin martina mary maryam matilda',
  'matthew maureen maurice mavis maxine maya megan mehmet melanie melissa michael michal michelle miguel mike mildred millie miriam mohamed',
  'mohammad mohammed moira molly monica monika morag morgan moses muhammad muriel mustafa myra nadia nadine naomi nasreen natalia natalie natasha',
  'nathan neil nelson ngozi niamh nichola nicholas nicola nicole nigel nikita nikki nina noah noel noor nora norma norman nuala oliver olivia',
  'olu oluwaseun omar oscar osman oscar owen pamela patrice patricia patrick paul paula pauline pawel peggy peter petra philip philippa phillip',
  'phoebe phyllis pierre piotr poonam pradeep priya rachael rachel rafael rahul raj rajesh raju ralph ramesh raymond rebecca reece reggie rehana',
  'rekha rhiannon rhona rhys ricardo richard ricky rita robert roberta roderick rodney roger ronald ronnie rory rosalind rosamund roseanne',
  'rosemary rosie ross rowan roy rukhsana rupert russell ruth ryan sabrina sadia sadie saima sajid salim sally salma samantha samina samir samuel',
  'sandeep sandra sanjay sara sarah saskia sean sebastian selina serena shabana shahid shannon sharon shaun sheena sheila shirley shona shreya',
  'siân sian simon sinead siobhan sofia sonia sophia sophie stacey stanley stefan stella stephanie stephen steve steven stewart stuart sunita',
  'suresh susan susanna susannah suzanne sylvia tahir tamara tanya tara tariq tatiana ted teresa terence tessa thelma theo theresa thomas tiffany',
  'tim timothy tina tobias toby todd tom tomasz tony tracey tracy trevor tristan trudy usman uzma valerie vanessa vera verity veronica vicky',
  'victoria vijay vikram vincent violeta virginia vivian vivien vivienne wahid walter wanda warren wayne wendy wilfred william winifred wojciech',
  'xavier yasmin yasmine yolanda yousef yusuf yvette yvonne zachary zahid zahra zainab zara zeynep zoe',
);

/** That are other words too: names only where they begin with a capital, at the beginning of a sentence too. */
export const WORDS_AND_NAMES = set(
  'abby al alba angel art barney basil ben bella bert bob brook carol chad chelsea christian crystal daisy dan dawn dean don drew ed eden ernest',
  'fay flora florence frank gail gale gene georgia gill ginger glen grace grant guy harvey hazel heather holly iris ivy jack jade jean jesse jill jo jordan',
  'josh ken kit lance lily maggie marian mario mark martha mel miles nick olive pam pat pearl penny pete phil poppy randy ray reg rex rich rob',
  'robin ron rose ruby sam sandy shane sid skye stan sue susie tania terry tess tyler una violet vic victor viola wade ward wes',
);
